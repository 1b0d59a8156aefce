"""A visit is taken once, whole, and what concerns people is sealed before anything is said of it."""

import asyncio
import json
from datetime import timedelta
from typing import Any

from schemas.visits import ConcernsNoted, Sender, VisitSubmitted
from schemas.vocabulary import Role
from services.command_line.wiring import LOCAL_STATION, make_local_users
from services.shared.clock import SetClock
from services.shared.history import list_history
from services.shared.identity import Person
from services.shared.web.sign_in import check_password
from services.visits.rules.reading import content_sha256
from tests.builders import a_visit
from tests.system import System, signed_in

VISITS = "/api/v1/visits"
MARKER = "zebra crossing marmalade"
ABOUT_PEOPLE: dict[str, Any] = {
    "referrals": [{"kind": "SG2", "note": MARKER, "unit_ref": "Flat 3"}, {"kind": "BS3", "note": "extinguishers"}],
    "people": [{"assistance": "EQUIPMENT", "consent_state": "GIVEN", "floor": "7", "sleeps_in": MARKER}],
    "contacts": [{"role": "KEYHOLDER", "name": MARKER, "phone": "01632 960001"}],
    "entry_code": MARKER,
    "media": [
        {
            "sha256": "a" * 64,
            "mime": "image/jpeg",
            "bytes": 900,
            "contains_people": True,
            "caption": f"man asleep, {MARKER}",
            "floor": MARKER,
        },
        {
            "sha256": "b" * 64,
            "mime": "image/jpeg",
            "bytes": 900,
            "contains_people": False,
            "caption": "gas meter",
            "floor": "1",
        },
    ],
}


async def test_a_visit_gets_a_receipt_and_is_said_to_the_other_services(system: System) -> None:
    crew = await system.client(Role.FIREFIGHTER)
    photo = {"sha256": "a" * 64, "mime": "image/png", "bytes": 900, "contains_people": False}
    visit = a_visit(media=[photo, photo])
    answer = await crew.post(VISITS, json=visit)
    assert answer.status_code == 202
    receipt = answer.json()
    assert receipt["submission_id"] == visit["submission_id"]
    assert receipt["received_at"] == "2026-11-22T14:02:00Z"
    assert receipt["missing_media"] == ["a" * 64]
    assert len(receipt["content_sha256"]) == 64
    submitted, noted = await system.said("visits.submitted"), await system.said("visits.concerns-noted")
    assert [event.key() for event in submitted + noted] == [visit["submission_id"]] * 2


async def test_the_history_tells_who_sent_which_content(system: System) -> None:
    crew = await system.client(Role.FIREFIGHTER, name="ff-ash")
    visit = a_visit(lead_officer_id="ff-ash")
    receipt = (await crew.post(VISITS, json=visit)).json()
    assert receipt["content_sha256"] == content_sha256(visit)
    async with system.tools.database.reading() as session:
        (entry,) = await list_history(session, "visits", f"visit/{visit['submission_id']}")
    assert (entry.actor, entry.action) == ("ff-ash", "received")
    ((mark,),) = await system.rows("SELECT content_mark FROM visits.visits")
    assert entry.details == {"content": mark, "station": "S1"}


async def test_a_stranger_who_sends_the_very_same_is_not_told_that_it_is_the_same(system: System) -> None:
    crew = await system.client(Role.FIREFIGHTER)
    visit = a_visit(**ABOUT_PEOPLE)
    assert (await crew.post(VISITS, json=visit)).status_code == 202
    mate = await system.client(Role.FIREFIGHTER, name=visit["crew_ids"][0])
    assert (await mate.post(VISITS, json=visit)).status_code == 200
    stranger = await system.client(Role.FIREFIGHTER, name="ff-99")
    right = await stranger.post(VISITS, json=visit)
    wrong = await stranger.post(VISITS, json=visit | {"entry_code": "0000"})
    assert (right.status_code, right.json()["detail"]) == (wrong.status_code, wrong.json()["detail"])
    assert right.status_code == 409


async def test_the_same_visit_sent_again_gets_the_same_receipt_and_is_said_once(system: System) -> None:
    crew = await system.client(Role.FIREFIGHTER)
    visit = a_visit()
    first = await crew.post(VISITS, json=visit)
    other_spelling = json.dumps(dict(reversed(visit.items())), indent=4)
    again = await crew.post(VISITS, content=other_spelling, headers={"content-type": "application/json"})
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json() == again.json()
    assert len(await system.log()) == 2


async def test_fifty_at_once_make_one_visit_and_fifty_equal_receipts(system: System) -> None:
    crew = await system.client(Role.FIREFIGHTER)
    visit = a_visit()
    answers = await asyncio.gather(*(crew.post(VISITS, json=visit) for _ in range(50)))
    assert sorted(answer.status_code for answer in answers) == [200] * 49 + [202]
    assert len({answer.text for answer in answers}) == 1
    assert len(await system.log()) == 2


async def test_two_different_visits_under_one_id_at_once_make_one_visit_and_a_conflict(system: System) -> None:
    crew = await system.client(Role.FIREFIGHTER)
    visit = a_visit()
    answers = await asyncio.gather(*(crew.post(VISITS, json=visit | {"callsign": f"S1P{n}"}) for n in range(8)))
    assert sorted(answer.status_code for answer in answers) == [202] + [409] * 7
    assert len(await system.log()) == 2


async def test_another_visit_under_a_known_id_is_a_conflict_and_changes_nothing(system: System) -> None:
    crew = await system.client(Role.FIREFIGHTER)
    visit = a_visit()
    await crew.post(VISITS, json=visit)
    answer = await crew.post(VISITS, json=visit | {"callsign": "S1P2"})
    assert answer.status_code == 409
    assert "new submission_id" in answer.json()["detail"]
    assert await system.rows("SELECT open_part->>'callsign' FROM visits.visits") == [("S1P1",)]


async def test_the_same_visit_gets_its_receipt_even_when_today_it_would_be_refused(
    system: System, clock: SetClock
) -> None:
    crew = await system.client(Role.FIREFIGHTER)
    marker = {"code": "VIOLENCE", "basis": "dog let loose", "review_on": "2026-11-22"}
    visit = a_visit(none_found=False, hazards=[marker])
    assert (await crew.post(VISITS, json=visit)).status_code == 202
    clock.move(timedelta(days=3))
    assert (await crew.post(VISITS, json=visit)).status_code == 200


async def test_what_concerns_people_is_nowhere_in_the_log_or_in_our_own_tables(system: System) -> None:
    crew = await system.client(Role.FIREFIGHTER)
    assert (await crew.post(VISITS, json=a_visit(**ABOUT_PEOPLE))).status_code == 202
    places = ("visits.visits", "visits.sealed_parts", "visits.story", "platform.event_log", "platform.history")
    for place in places:
        rows = await system.rows(f"SELECT row_to_json(each)::text FROM {place} AS each")
        assert not any(MARKER in str(row) for row in rows), place
    assert "SG2" not in str(await system.rows("SELECT * FROM visits.visits"))
    (submitted,) = await system.said("visits.submitted")
    assert isinstance(submitted, VisitSubmitted)
    assert [referral.kind for referral in submitted.visit.referrals] == ["BS3"]


async def test_what_was_sealed_can_be_opened_for_its_own_visit(system: System) -> None:
    crew = await system.client(Role.FIREFIGHTER)
    visit = a_visit(**ABOUT_PEOPLE)
    await crew.post(VISITS, json=visit)
    (submitted,), (noted,) = await system.said("visits.submitted"), await system.said("visits.concerns-noted")
    assert isinstance(submitted, VisitSubmitted)
    assert isinstance(noted, ConcernsNoted)
    record = f"visit/{visit['submission_id']}"
    async with system.tools.database.reading() as session:
        private = json.loads(await system.tools.vault.open(session, submitted.private, record))
        concerns = json.loads(await system.tools.vault.open(session, noted.concerns, record))
    assert private["entry_code"] == MARKER
    assert [referral["kind"] for referral in concerns["referrals"]] == ["SG2"]
    assert concerns["people"][0]["sleeps_in"] == MARKER
    assert concerns["media"] == [ABOUT_PEOPLE["media"][0]]
    assert submitted.private.key_id != noted.concerns.key_id


async def test_a_visit_with_nothing_about_people_says_as_much_as_one_with(system: System) -> None:
    crew = await system.client(Role.FIREFIGHTER)
    await crew.post(VISITS, json=a_visit())
    await crew.post(VISITS, json=a_visit(referrals=ABOUT_PEOPLE["referrals"], people=ABOUT_PEOPLE["people"]))
    without, with_concerns = await system.said("visits.concerns-noted")
    assert isinstance(without, ConcernsNoted)
    assert isinstance(with_concerns, ConcernsNoted)
    assert len(without.concerns.cipher_text) == len(with_concerns.concerns.cipher_text)


async def test_what_is_written_of_a_photograph_of_people_reaches_no_open_topic_and_not_control(system: System) -> None:
    crew = await system.client(Role.FIREFIGHTER)
    people, meter = ABOUT_PEOPLE["media"]
    home = a_visit(premises_class="DWELLING_HOUSE", max_night=2, sleeping=True, media=[people, meter])
    answer = await crew.post(VISITS, json=home)
    assert answer.status_code == 202, answer.text
    assert answer.json()["missing_media"] == ["a" * 64, "b" * 64]
    await system.settle()
    assert [event.envelope.topic for event in await system.log() if MARKER in str(event.envelope.data)] == []
    (submitted,) = await system.said("visits.submitted")
    assert isinstance(submitted, VisitSubmitted)
    assert [(each.caption, each.floor) for each in submitted.visit.media] == [(None, None), ("gas meter", "1")]
    for role in set(Role) - {Role.SAFEGUARDING}:
        client = await system.client(role)
        for address in (
            "/control",
            "/api/v1/control/search?q=Quay Street",
            f"{VISITS}/{home['submission_id']}",
            "/review",
        ):
            assert MARKER not in (await client.get(address)).text, (role, address)


async def test_only_those_who_go_on_visits_may_send_one(system: System) -> None:
    allowed = {
        Role.FIREFIGHTER,
        Role.OFFICER_IN_CHARGE,
        Role.RISK_TEAM,
        Role.RISK_TEAM_MANAGER,
        Role.PROTECTION,
        Role.PREVENTION,
        Role.SAFEGUARDING,
    }
    for role in Role:
        client = await system.client(role)
        expected = 202 if role in allowed else 403
        assert (await client.post(VISITS, json=a_visit(lead_officer_id=role.value))).status_code == expected, role
    assert (await (await system.client()).post(VISITS, json=a_visit())).status_code == 401


async def test_a_reviewer_cannot_send_a_visit_in_another_officers_name(system: System) -> None:
    reviewer = await system.client(Role.RISK_TEAM)
    answer = await reviewer.post(VISITS, json=a_visit(lead_officer_id="ff-ash"))
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["pointer"] == "/lead_officer_id"
    assert "sign in as the officer who led the visit, or ask your officer in charge" in error["reason"]
    assert await system.log() == []


async def test_an_officer_in_charge_sends_for_an_officer_of_their_station_and_it_is_known_who_sent_it(
    system: System,
) -> None:
    in_charge = await system.client(Role.OFFICER_IN_CHARGE, name="oic-oak")
    uprn = "999900000014"
    assert (await in_charge.post(VISITS, json=a_visit(lead_officer_id="ff-ash", uprn=uprn))).status_code == 202
    other = a_visit(lead_officer_id="ff-ash", station="S2")
    answer = await in_charge.post(VISITS, json=other)
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/station"]
    (submitted,) = await system.said("visits.submitted")
    assert isinstance(submitted, VisitSubmitted)
    assert submitted.sent_by == Sender(name="oic-oak", station="S1", roles=(Role.OFFICER_IN_CHARGE,))
    assert submitted.visit.lead_officer_id == "ff-ash"


async def test_a_sign_in_carries_its_watch(system: System) -> None:
    tools = system.tools
    in_charge = Person("oic-oak", (Role.OFFICER_IN_CHARGE,), "S1", "BLUE")
    secret = await signed_in(tools, in_charge, "token")
    client = await system.client()
    headers = {"Authorization": f"Bearer {secret}"}
    answer = await client.post(VISITS, json=a_visit(lead_officer_id="ff-ash", watch="RED"), headers=headers)
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/watch"]
    answer = await client.post(VISITS, json=a_visit(lead_officer_id="ff-ash", watch="BLUE"), headers=headers)
    assert answer.status_code == 202


async def test_each_local_crew_user_sends_a_visit_of_their_own_station(system: System) -> None:
    await make_local_users(system.tools)
    for role in (Role.FIREFIGHTER, Role.OFFICER_IN_CHARGE):
        user = await check_password(system.tools, role.value, role.value)
        assert user is not None
        secret = await signed_in(system.tools, user, "token")
        client = await system.client()
        visit = a_visit(lead_officer_id=role.value, station=LOCAL_STATION, watch="BLUE")
        answer = await client.post(VISITS, json=visit, headers={"Authorization": f"Bearer {secret}"})
        assert answer.status_code == 202, role
