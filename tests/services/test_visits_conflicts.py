"""Two crews set out with one version: what each changed is merged, and what both changed waits for a person."""

from datetime import timedelta
from typing import Any

import pytest

from schemas.risk_register import RiskFacts
from services.risk_register.app import build
from services.shared.clock import SetClock
from services.shared.service import Tools
from tests.services.risk_register_desk import RISER_FAULT, RISER_WORKING, Desk, located
from tests.system import System

DAY = timedelta(days=1)
FLAMMABLE = {"code": "FLAM_LIQ", "location": "Paint store"}
OXIDISER = {"code": "OXIDISER", "location": "Pool store"}
AT_FIRST: dict[str, Any] = {"roof": "Felt", "voids": "None", "systems": [RISER_WORKING], "none_found": False}


@pytest.fixture
async def desk(tools: Tools) -> Desk:
    """Return a desk at which version 1 of a record is published, with a felt roof and a flammable liquid."""
    system = System(tools, [build(tools)])
    await system.start()
    desk = Desk(system)
    await desk.publish(await desk.receive(located(hazards=[FLAMMABLE], **AT_FIRST)))
    return desk


async def a_review(desk: Desk, clock: SetClock, **changed: Any) -> str:
    """Return a whole visit of a crew that set out with version 1 and left as it was what it does not name."""
    clock.move(DAY)
    told = {"visit_kind": "REVIEW", "base_record_version": 1, "hazards": [FLAMMABLE], **AT_FIRST, **changed}
    return await desk.receive(located(at=clock.now(), **told))


async def published(desk: Desk) -> RiskFacts:
    facts = (await desk.shown())[-1].record.facts
    assert facts is not None
    return facts


async def test_what_two_crews_changed_apart_is_merged(desk: Desk, clock: SetClock) -> None:
    one = await a_review(desk, clock, roof="Slate")
    two = await a_review(desk, clock, voids="Above the shop")
    await desk.publish(one)
    item = await desk.item(two)
    assert item["state"] == "CONFLICT", "it set out with an older version than there is now"
    ada = await desk.reviewer()
    page = (await ada.get(f"/review/{two}")).text
    assert "Nothing they report contradicts it." in page
    await desk.publish(two)
    facts = await published(desk)
    assert (facts.roof, facts.voids) == ("Slate", "Above the shop")


async def test_a_hazard_that_a_crew_could_not_know_of_is_not_cleared_by_its_silence(
    desk: Desk, clock: SetClock
) -> None:
    one = await a_review(desk, clock, hazards=[FLAMMABLE, OXIDISER])
    two = await a_review(desk, clock, voids="Above the shop")
    await desk.publish(one)
    await desk.publish(two)
    assert {hazard.code for hazard in (await published(desk)).hazards} == {"FLAM_LIQ", "OXIDISER"}


async def test_a_hazard_that_a_crew_knew_of_and_did_not_find_is_cleared_as_before(desk: Desk, clock: SetClock) -> None:
    await desk.publish(await a_review(desk, clock, hazards=[OXIDISER]))
    assert [hazard.code for hazard in (await published(desk)).hazards] == ["OXIDISER"]


async def test_what_both_changed_is_told_to_control_from_both_and_waits_for_a_person(
    desk: Desk, clock: SetClock
) -> None:
    one = await a_review(desk, clock, roof="Slate")
    two = await a_review(desk, clock, roof="Thatch")
    await desk.publish(one)
    ada = await desk.reviewer()
    page = (await ada.get(f"/review/{two}")).text
    assert "version 2 says otherwise about" in page
    record = (await desk.shown())[-1].record
    assert record.facts is not None
    assert (record.facts.roof, [report.facts.roof for report in record.reports]) == ("Slate", ["Thatch"])
    await desk.publish(two)
    assert (await published(desk)).roof == "Thatch", "a person decided so"


async def test_a_fault_that_a_crew_found_again_is_not_taken_for_one_that_it_left_as_it_was(
    desk: Desk, clock: SetClock
) -> None:
    faulty = await a_review(desk, clock, systems=[RISER_FAULT])
    await desk.publish(faulty)
    clock.move(DAY)
    told = {**AT_FIRST, "systems": [RISER_FAULT], "hazards": [FLAMMABLE]}
    again = located(at=clock.now(), visit_kind="REVIEW", base_record_version=2, **told)
    mended = located(at=clock.now(), visit_kind="REVIEW", base_record_version=2, **{**told, "systems": [RISER_WORKING]})
    await desk.receive(mended, again)
    await desk.publish(mended.visit_id)
    ada = await desk.reviewer()
    assert "version 3 says otherwise about" in (await ada.get(f"/review/{again.visit_id}")).text
    assert [one.summary for one in (await desk.shown())[-1].record.unverified] == ["Dry riser FAULT, NW stair"]
    await desk.publish(again.visit_id)
    assert (await published(desk)).systems[0].status == "FAULT"


async def test_a_riser_left_as_it_was_does_not_hide_the_fault_that_another_crew_found(
    desk: Desk, clock: SetClock
) -> None:
    faulty = await a_review(desk, clock, systems=[RISER_FAULT])
    later = await a_review(desk, clock, roof="Slate")
    await desk.publish(faulty)
    await desk.publish(later)
    facts = await published(desk)
    assert (facts.systems[0].status, facts.roof) == ("FAULT", "Slate")


async def test_what_a_reviewer_changes_is_no_longer_as_the_crew_left_it(desk: Desk, clock: SetClock) -> None:
    one = await a_review(desk, clock, roof="Slate")
    two = await a_review(desk, clock, voids="Above the shop")
    await desk.publish(one)
    await desk.publish(two, facts={"roof": "Tile"})
    assert (await published(desk)).roof == "Tile"


async def test_who_took_nothing_along_says_what_it_saw(desk: Desk, clock: SetClock) -> None:
    one = await a_review(desk, clock, roof="Slate")
    clock.move(DAY)
    two = await desk.receive(located(at=clock.now(), visit_kind="NEW_SSRI", hazards=[FLAMMABLE], **AT_FIRST))
    await desk.publish(one)
    await desk.publish(two)
    assert (await published(desk)).roof == "Felt"
