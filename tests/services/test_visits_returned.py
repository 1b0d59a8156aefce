"""A visit comes back to its crew whole, with what its reviewer asks for; what concerns people comes back to nobody."""

import json
from typing import Any

import httpx

from schemas.risk_register import VisitReviewed
from schemas.vocabulary import ReviewState, Role
from services.visits.rules.reading import read_content
from tests.builders import NOW, a_visit
from tests.system import System

VISITS = "/api/v1/visits"
SECRET = "zephyrquill"
VIOLENCE = {"code": "VIOLENCE", "basis": SECRET, "note": SECRET, "location": SECRET, "review_on": "2027-01-01"}


def a_full_visit(**overrides: Any) -> dict[str, Any]:
    """Return a visit with something in every part that travels sealed."""
    concern = {"kind": "SG3", "note": SECRET, "consent_state": "GIVEN"}
    person = {"assistance": "GUIDE", "consent_state": "GIVEN", "unit_ref": SECRET}
    photo = {"sha256": "a" * 64, "mime": "image/png", "bytes": 900, "contains_people": True, "caption": SECRET}
    return a_visit(
        **{
            "hazards": [VIOLENCE],
            "none_found": False,
            "referrals": [concern, {"kind": "BS3", "note": "No extinguishers"}],
            "people": [person],
            "media": [photo],
            "entry_code": "C1945X",
            **overrides,
        }
    )


async def a_returned_visit(system: System, **overrides: Any) -> tuple[httpx.AsyncClient, dict[str, Any]]:
    """Return its author, and a visit that the risk team has returned."""
    crew = await system.client(Role.FIREFIGHTER)
    visit = a_full_visit(**overrides)
    answer = await crew.post(VISITS, json=visit)
    assert answer.status_code == 202, answer.text
    returned = VisitReviewed(
        visit_id=visit["submission_id"],
        premises_id="999900000014",
        state=ReviewState.RETURNED,
        decided_by="ada",
        reason="Which stair is the riser on?",
        fields=("systems", "staircases"),
        comments={"staircases": "One or two?"},
        moved_at=NOW,
    )
    await system.say(returned, source="risk_register")
    await system.settle()
    return crew, visit


async def content(client: httpx.AsyncClient, visit: dict[str, Any]) -> dict[str, Any]:
    answer = await client.get(f"{VISITS}/{visit['submission_id']}/content")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_its_author_is_given_a_returned_visit_whole_with_the_reviewers_comments(system: System) -> None:
    crew, visit = await a_returned_visit(system)
    found = await content(crew, visit)
    assert (found["state"], found["state_words"]) == ("RETURNED", "Returned to you")
    assert found["comments"] == [
        {"pointer": "/systems", "words": "Which stair is the riser on?"},
        {"pointer": "/staircases", "words": "One or two?"},
    ]
    told = found["content"]
    for name in ("address", "evac_strategy", "water", "isolations", "severity", "sign_off", "contacts", "entry_code"):
        assert told[name] == visit[name], name
    assert [referral["kind"] for referral in told["referrals"]] == ["BS3"]


async def test_what_concerns_people_comes_back_to_nobody(system: System) -> None:
    crew, visit = await a_returned_visit(system)
    found = await content(crew, visit)
    assert SECRET not in json.dumps(found)
    assert "people" not in found["content"]
    assert {"/hazards/0/basis", "/hazards/0/note", "/media/0/caption", "/media/0/pin"} <= set(found["not_given_back"])
    without = await system.client(Role.FIREFIGHTER)
    plain = a_visit()
    await without.post(VISITS, json=plain)
    other = await content(without, plain)
    assert other["stays_sealed"] == found["stays_sealed"], "it does not tell whether there was anything"
    assert other["not_given_back"] == []


async def test_what_is_given_back_is_sent_again_under_an_id_of_its_own(system: System) -> None:
    crew, visit = await a_returned_visit(system, hazards=[], none_found=True)
    told = (await content(crew, visit))["content"]
    again = {**told, "submission_id": a_visit()["submission_id"], "amends": told["submission_id"], "staircases": 2}
    assert read_content(again).reasons == ()
    assert (await crew.post(VISITS, json=again)).status_code == 202


async def test_contacts_and_code_are_given_to_the_author_alone_and_that_is_kept(system: System) -> None:
    crew, visit = await a_returned_visit(system)
    mate = await system.client(Role.FIREFIGHTER, name="ff-31")
    found = await content(mate, visit)
    assert "contacts" not in found["content"]
    assert "entry_code" not in found["content"]
    assert found["not_given_back"][:2] == ["/contacts", "/entry_code"]
    kept = "SELECT actor FROM platform.history WHERE action = 'given back to its author'"
    assert await system.rows(kept) == []
    await content(crew, visit)
    assert await system.rows(kept) == [("firefighter",)]


async def test_only_its_crew_and_its_officer_in_charge_are_given_it(system: System) -> None:
    _, visit = await a_returned_visit(system)
    path = f"{VISITS}/{visit['submission_id']}/content"
    in_charge = await system.client(Role.OFFICER_IN_CHARGE, name="oic-1")
    assert (await in_charge.get(path)).status_code == 200
    for role, name, station in (
        (Role.FIREFIGHTER, "ff-99", "S1"),
        (Role.OFFICER_IN_CHARGE, "oic-2", "S2"),
        (Role.RISK_TEAM, "ada", "S1"),
    ):
        answer = await (await system.client(role, name=name, station=station)).get(path)
        assert answer.status_code == 404, name
    assert (await in_charge.get(f"{VISITS}/{a_visit()['submission_id']}/content")).status_code == 404


async def test_the_list_says_which_visits_are_returned_and_how_much_is_asked_for(system: System) -> None:
    crew, visit = await a_returned_visit(system)
    sent = a_visit()
    await crew.post(VISITS, json=sent)
    listed = {one["submission_id"]: one for one in (await crew.get(VISITS)).json()["visits"]}
    returned, waiting = listed[visit["submission_id"]], listed[sent["submission_id"]]
    assert (returned["state"], returned["comments"]) == ("RETURNED", 2)
    assert (waiting["state"], waiting["comments"]) == ("RECEIVED", 0)


async def test_a_visit_can_be_given_back_before_anybody_decided_on_it(system: System) -> None:
    crew = await system.client(Role.FIREFIGHTER)
    visit = a_visit()
    await crew.post(VISITS, json=visit)
    found = await content(crew, visit)
    assert (found["state"], found["comments"], found["content"]["max_day"]) == ("RECEIVED", [], 12)
