"""The crew sees what became of its visit: each state with its time, in the order in which things happened."""

from datetime import timedelta
from typing import Any

import pytest

from schemas.control import ControlShown
from schemas.envelope import Event
from schemas.premises import PremisesLocated, PremisesNotLocated
from schemas.referrals import ReferralAcknowledged, ReferralRaised
from schemas.risk_register import VisitReviewed
from schemas.sensitive import Sealed
from schemas.vocabulary import (
    LocationOutcome,
    LocationPrecision,
    Priority,
    ReferralKind,
    ReferralState,
    ReviewState,
    Role,
    Stream,
)
from services.shared.clock import SetClock
from services.shared.service import Tools
from tests.builders import NOW, a_premises, a_submission, a_visit
from tests.system import System, a_system

VISITS = "/api/v1/visits"
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def visits(tools: Tools) -> System:
    """Return the service alone: what others do is said by the test."""
    return await a_system(tools, ["visits"])


async def a_sent_visit(system: System, **overrides: Any) -> str:
    """Return the id of a visit that firefighter Ash of S1 has sent."""
    visit = a_visit(**{"lead_officer_id": "ff-ash", **overrides})
    answer = await (await system.client(Role.FIREFIGHTER, name="ff-ash")).post(VISITS, json=visit)
    assert answer.status_code == 202
    return str(visit["submission_id"])


async def story(system: System, visit_id: str) -> dict[str, Any]:
    """Return the story as its author reads it."""
    answer = await (await system.client(Role.FIREFIGHTER, name="ff-ash")).get(f"{VISITS}/{visit_id}")
    assert answer.status_code == 200
    return dict(answer.json())


def located(visit_id: str) -> PremisesLocated:
    return PremisesLocated(
        visit_id=visit_id,
        premises=a_premises(),
        outcome=LocationOutcome.MATCHED,
        precision=LocationPrecision.PREMISES,
        score=0.98,
        reason="same number and postcode",
        located_by="premises",
        received_at=NOW,
        visit=a_submission().open_part(),
        private=Sealed(key_id="k", nonce="", cipher_text=""),
    )


def not_located(visit_id: str) -> PremisesNotLocated:
    return PremisesNotLocated(
        visit_id=visit_id,
        written="14 Quay Street",
        outcome=LocationOutcome.REVIEW,
        precision=LocationPrecision.STREET,
        reason="several-branches",
    )


def reviewed(visit_id: str, state: ReviewState, minutes: int, reason: str | None = None) -> VisitReviewed:
    return VisitReviewed(
        visit_id=visit_id,
        premises_id="999900000014",
        state=state,
        reason=reason,
        fields=("water",) if reason else (),
        moved_at=NOW + minutes * MINUTE,
    )


async def test_a_visit_that_was_only_received_says_so(visits: System) -> None:
    told = await story(visits, await a_sent_visit(visits))
    assert told["state"] == "RECEIVED"
    assert told["address"] == "14 Quay Street, Wexcombe, XQ1 1AA"
    assert [(line["state"], line["at"]) for line in told["story"]] == [("RECEIVED", "2026-11-22T14:02:00Z")]


async def test_a_visit_tells_every_step_with_its_time(visits: System, clock: SetClock) -> None:
    visit_id = await a_sent_visit(visits)
    raised_at = NOW + MINUTE
    await visits.say(
        ReferralRaised(
            referral_id="r-1",
            visit_id=visit_id,
            kind=ReferralKind.BS3,
            stream=Stream.BUILDING_SAFETY,
            priority=Priority.P4,
            raised_at=raised_at,
            acknowledge_by=raised_at + timedelta(days=7),
        )
    )
    clock.move(2 * MINUTE)
    await visits.say(located(visit_id), reviewed(visit_id, ReviewState.QUEUED, 3))
    await visits.say(
        ControlShown(
            premises_id="999900000014",
            revision=1,
            because_of_visit=visit_id,
            unverified=1,
            shown_at=NOW + 4 * MINUTE,
        ),
        ReferralAcknowledged(
            referral_id="r-1",
            visit_id=visit_id,
            kind=ReferralKind.BS3,
            state=ReferralState.ACKNOWLEDGED,
            acknowledged_by="protection",
            acknowledged_at=NOW + 5 * MINUTE,
        ),
        reviewed(visit_id, ReviewState.PUBLISHED, 6),
    )
    await visits.settle()
    told = await story(visits, visit_id)
    assert told["state"] == "PUBLISHED"
    assert [(line["state"], line["at"]) for line in told["story"]] == [
        ("RECEIVED", "2026-11-22T14:02:00Z"),
        ("REFERRAL_RAISED", "2026-11-22T14:03:00Z"),
        ("LOCATED", "2026-11-22T14:04:00Z"),
        ("QUEUED", "2026-11-22T14:05:00Z"),
        ("CONTROL_SHOWN", "2026-11-22T14:06:00Z"),
        ("REFERRAL_ACKNOWLEDGED", "2026-11-22T14:07:00Z"),
        ("PUBLISHED", "2026-11-22T14:08:00Z"),
    ]
    assert told["story"][1]["detail"] == "BS3, building safety"
    assert told["story"][2]["detail"] == "14 Quay Street, Wexcombe (999900000014)"
    assert "UNVERIFIED" in told["story"][4]["detail"]
    assert await visits.quarantined() == []


async def test_a_story_is_the_same_in_whatever_order_the_messages_come(visits: System) -> None:
    visit_id = await a_sent_visit(visits)
    moves = [
        reviewed(visit_id, ReviewState.RETURNED, 5, "which hydrant?"),
        reviewed(visit_id, ReviewState.CLAIMED, 2),
        reviewed(visit_id, ReviewState.CLAIMED, 4),
        reviewed(visit_id, ReviewState.CLAIMED, 3),
        reviewed(visit_id, ReviewState.QUEUED, 1),
    ]
    await visits.say(*moves)
    await visits.settle()
    told = await story(visits, visit_id)
    assert told["state"] == "RETURNED"
    assert [(line["state"], line["at"][14:16]) for line in told["story"]] == [
        ("RECEIVED", "02"),
        ("QUEUED", "03"),
        ("CLAIMED", "06"),
        ("RETURNED", "07"),
    ]
    assert (told["story"][-1]["detail"], told["story"][-1]["fields"]) == ("which hydrant?", ["water"])


async def test_a_batch_makes_the_story_that_its_events_make_one_after_another(visits: System) -> None:
    together, apart = await a_sent_visit(visits), await a_sent_visit(visits)

    def events(visit_id: str) -> list[Event]:
        queued = reviewed(visit_id, ReviewState.QUEUED, 1)
        return [
            queued.model_copy(update={"warnings": ("LEVEL_DIFFERS",)}),
            reviewed(visit_id, ReviewState.RETURNED, 5, "which hydrant?"),
            located(visit_id),
            reviewed(visit_id, ReviewState.RETURNED, 4, "an older wish"),
            queued.model_copy(update={"warnings": ("OVERRIDE_REFUSED", "LEVEL_DIFFERS"), "reason": "no later"}),
        ]

    await visits.say(*events(together))
    await visits.settle()
    for event in events(apart):
        await visits.say(event)
        await visits.settle()
    line = "SELECT step, about, at, detail, fields, due_at FROM visits.story WHERE visit_id = '{}' ORDER BY step"
    found = await visits.rows(line.format(together))
    assert [step for step, *_ in found] == ["LOCATED", "QUEUED", "RETURNED"]
    assert found == await visits.rows(line.format(apart))
    remarks = await visits.rows("SELECT warnings FROM visits.visits")
    assert remarks == [(["LEVEL_DIFFERS", "OVERRIDE_REFUSED"],)] * 2


async def test_the_same_message_twice_makes_one_line(visits: System) -> None:
    visit_id = await a_sent_visit(visits)
    again = reviewed(visit_id, ReviewState.QUEUED, 1)
    await visits.say(again, again, located(visit_id), located(visit_id))
    await visits.settle()
    assert len((await story(visits, visit_id))["story"]) == 3


async def test_a_visit_in_doubt_is_located_later_by_a_person(visits: System, clock: SetClock) -> None:
    visit_id = await a_sent_visit(visits)
    await visits.say(not_located(visit_id))
    await visits.settle()
    told = await story(visits, visit_id)
    assert told["state"] == "NEEDS_PERSON"
    sentence = "Several premises answer to this: nothing written says which."
    assert told["story"][-1]["detail"] == sentence
    crew = await visits.client(Role.FIREFIGHTER, name="ff-ash")
    assert sentence in (await crew.get(f"/device/visits/{visit_id}")).text
    clock.move(MINUTE)
    await visits.say(located(visit_id))
    await visits.settle()
    assert (await story(visits, visit_id))["state"] == "LOCATED"


async def test_the_crew_reads_what_it_may_put_right_as_soon_as_its_visit_is_scored(visits: System) -> None:
    visit_id = await a_sent_visit(visits, sign_off={"declaration": True, "lead_competent": False})
    queued = reviewed(visit_id, ReviewState.QUEUED, 1)
    codes = ("LEVEL_DIFFERS", "CRITICAL_FACTS_MISSING", "ONLY_FOR_THE_REVIEWER")
    crew = await visits.client(Role.FIREFIGHTER, name="ff-ash")
    page = f"/device/visits/{visit_id}"
    seen = int((await crew.get(page)).text.partition("story?seen=")[2].partition('"')[0])
    await visits.say(queued.model_copy(update={"warnings": codes}), queued)
    await visits.settle()
    told = await story(visits, visit_id)
    assert [each["code"] for each in told["warnings"]] == ["LEAD_NOT_COMPETENT", *codes[:2]]
    assert "send 1 to 5 that a commander must read first" in told["warnings"][2]["words"]
    renewed = await crew.get(f"{page}/story", params={"seen": seen})
    assert "The level you set is not the one that your own answers give" in renewed.text


async def test_what_is_shown_because_of_nobodys_visit_is_in_no_story(visits: System) -> None:
    shown = ControlShown(premises_id="1", revision=3, because_of_visit=None, unverified=0, shown_at=NOW)
    await visits.say(shown)
    await visits.settle()
    assert await visits.rows("SELECT * FROM visits.story") == []


@pytest.mark.parametrize(
    ("role", "name", "station", "expected"),
    [
        (Role.FIREFIGHTER, "ff-ash", "S9", 200),
        (Role.FIREFIGHTER, "ff-elm", "S1", 404),
        (Role.OFFICER_IN_CHARGE, "oic-oak", "S1", 200),
        (Role.OFFICER_IN_CHARGE, "oic-fir", "S2", 404),
        (Role.OFFICER_IN_CHARGE, "oic-yew", None, 404),
        (Role.RISK_TEAM, "rit", None, 200),
        (Role.RISK_TEAM_MANAGER, "rit-manager", None, 200),
        (Role.INFORMATION_GOVERNANCE, "dpo", None, 200),
        (Role.CONTROL, "control", "S1", 404),
        (Role.ADMINISTRATOR, "admin", "S1", 404),
        (Role.SAFEGUARDING, "dso", "S1", 404),
    ],
)
async def test_a_story_is_for_its_author_its_station_and_the_risk_team(
    visits: System, role: Role, name: str, station: str | None, expected: int
) -> None:
    visit_id = await a_sent_visit(visits)
    reader = await visits.client(role, name=name, station=station)
    answer = await reader.get(f"{VISITS}/{visit_id}")
    assert answer.status_code == expected
    unknown = await reader.get(f"{VISITS}/no-such-visit")
    assert unknown.status_code == 404
    if expected == 404:
        assert answer.json() == unknown.json()


async def test_a_device_lists_what_its_user_sent_newest_first(visits: System, clock: SetClock) -> None:
    first = await a_sent_visit(visits, outcome="REFUSED", outcome_note="occupier said no")
    clock.move(MINUTE)
    second = await a_sent_visit(visits)
    await visits.say(reviewed(first, ReviewState.QUEUED, 1))
    await visits.settle()
    crew = await visits.client(Role.FIREFIGHTER, name="ff-ash")
    mine = (await crew.get(f"{VISITS}?mine")).json()["visits"]
    assert [(line["submission_id"], line["state"]) for line in mine] == [(second, "RECEIVED"), (first, "QUEUED")]
    assert mine[1]["outcome"] == "REFUSED"
    other = await visits.client(Role.FIREFIGHTER, name="ff-elm")
    assert (await other.get(f"{VISITS}?mine")).json() == {"visits": [], "total": 0}


async def test_a_visit_is_in_the_lists_of_all_its_crew_and_of_their_officer_in_charge(visits: System) -> None:
    visit_id = await a_sent_visit(visits, crew_ids=["ff-elm"])
    for role, name, path in (
        (Role.FIREFIGHTER, "ff-elm", VISITS),
        (Role.OFFICER_IN_CHARGE, "oic-oak", f"{VISITS}?whose=station"),
    ):
        client = await visits.client(role, name=name)
        answer = (await client.get(path)).json()
        assert ([line["submission_id"] for line in answer["visits"]], answer["total"]) == ([visit_id], 1)
        assert (await client.get(f"{VISITS}/{visit_id}")).status_code == 200
    nosy = await visits.client(Role.FIREFIGHTER, name="ff-fir")
    assert (await nosy.get(f"{VISITS}?whose=station")).json()["total"] == 0


ACETYLENE = {"none_found": False, "hazards": [{"code": "CYL_ACETYLENE", "count": 2}]}


async def page_of(visits: System, visit_id: str) -> str:
    """Return the page of a visit as its author sees it, with its white space closed up."""
    crew = await visits.client(Role.FIREFIGHTER, name="ff-ash")
    return " ".join((await crew.get(f"/device/visits/{visit_id}")).text.split())


async def test_the_crew_is_not_told_that_all_is_done_while_the_address_is_not_settled(
    visits: System, clock: SetClock
) -> None:
    visit_id = await a_sent_visit(visits, **ACETYLENE)
    page = await page_of(visits, visit_id)
    assert "Received. We are finding the address." in page
    assert "goes to control with your callsign, S1P1" in page
    assert "Nothing more is needed" not in page
    await visits.say(not_located(visit_id))
    await visits.settle()
    page = await page_of(visits, visit_id)
    assert "The address is not settled." in page
    assert "Control sees what is urgent in it, with your callsign, S1P1" in page
    assert "Ring control if a crew could be sent there before it is settled" in page
    assert "Nothing more is needed" not in page
    clock.move(MINUTE)
    await visits.say(located(visit_id))
    await visits.settle()
    page = await page_of(visits, visit_id)
    assert "Premises found." in page
    assert "Nothing more is needed from you now." in page


async def test_control_is_not_said_to_see_anything_of_a_visit_without_anything_urgent(visits: System) -> None:
    visit_id = await a_sent_visit(visits, evac_strategy=None)
    await visits.say(not_located(visit_id))
    await visits.settle()
    page = await page_of(visits, visit_id)
    assert "The address is not settled." in page
    assert "Control sees" not in page


async def test_a_visit_that_came_back_without_an_address_asks_for_a_better_one(visits: System) -> None:
    visit_id = await a_sent_visit(visits)
    returned = not_located(visit_id).model_copy(update={"reason": "returned-to-crew: which Church Lane?"})
    await visits.say(returned)
    await visits.settle()
    page = await page_of(visits, visit_id)
    assert "which Church Lane?" in page
    assert "Send the visit again with a better address." in page


async def test_the_story_says_how_many_of_the_photographs_have_arrived(visits: System) -> None:
    photo = {"sha256": "a" * 64, "mime": "image/png", "bytes": 900, "contains_people": False}
    page = await page_of(visits, await a_sent_visit(visits, media=[photo]))
    assert "Photographs and plans: 0 of 1 arrived." in page
    assert "Keep the others on the tablet until they have." in page
