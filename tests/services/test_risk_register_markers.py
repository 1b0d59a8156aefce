"""A violence marker in a record is reviewed by its day or gone, and stands as those decided who decide it."""

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from schemas.referrals import MarkerDecided
from schemas.vocabulary import HazardCode, Role
from services.risk_register.app import build
from services.risk_register.handlers.markers import end_markers
from services.shared.clock import SetClock
from services.shared.deadlines import Deadlines
from services.shared.service import Tools
from tests.builders import NOW
from tests.conftest import Templates
from tests.services.premises_desk import TOWN_HALL, know_the_area, send
from tests.services.referrals_desk import REFERRALS
from tests.services.risk_register_desk import ACETYLENE, Desk, located
from tests.system import System, a_system

DAY = timedelta(days=1)
MARKER = {"code": "VIOLENCE", "location": "Flat 12", "review_on": "2027-02-01"}


@pytest.fixture
async def desk(tools: Tools) -> Desk:
    system = System(tools, [build(tools)])
    await system.start()
    return Desk(system)


@pytest.fixture
def deadlines(tools: Tools, clock: SetClock) -> Deadlines:
    """Return the look that comes round for markers."""
    return Deadlines("risk_register", tools.database, clock, end_markers)


async def marked(desk: Desk, **visit: Any) -> str:
    """Return a published visit that reported a marker and cylinders."""
    visit_id = await desk.receive(located(hazards=[MARKER, ACETYLENE], none_found=False, **visit))
    await desk.publish(visit_id)
    return visit_id


async def decide(desk: Desk, visit_id: str, at: datetime, *, stands: bool) -> None:
    await desk.system.say(MarkerDecided(visit_id=visit_id, stands=stands, decided_at=at), source="referrals")
    await desk.system.settle()


async def ends_on(desk: Desk) -> date | None:
    """Return the day of review of the marker that everybody is shown, None if there is no marker."""
    facts = (await desk.shown())[-1].record.facts
    assert facts is not None
    return next((hazard.review_on for hazard in facts.hazards if hazard.code is HazardCode.VIOLENCE), None)


async def test_a_marker_that_nobody_reviewed_by_its_day_is_gone_on_the_next_and_nothing_else(
    desk: Desk, clock: SetClock, deadlines: Deadlines
) -> None:
    await marked(desk)
    clock.move(datetime(2027, 2, 1, 12, tzinfo=NOW.tzinfo) - clock.now())
    assert await deadlines.step() == 0
    assert await ends_on(desk) == date(2027, 2, 1)
    clock.move(DAY)
    assert await deadlines.step() == 1
    record = (await desk.shown())[-1].record
    assert record.facts is not None
    assert ([hazard.code for hazard in record.facts.hazards], record.version) == ([HazardCode.CYL_ACETYLENE], 2)
    assert record.review_due_on is not None
    assert await deadlines.step() == 0
    ada = await desk.reviewer()
    found = (await ada.get("/api/v1/risk-register/records/999900000014/comparison")).json()
    assert found["says"] == "From version 1 to version 2: 1 taken out."
    [gone] = found["different"][0]["facts"]
    assert (gone["before"]["source"]["callsign"], gone["after"]) == ("S1P1", {"value": None, "source": None})
    assert found["after"]["reason"] == "the caution was not reviewed in time"
    page = await ada.get("/review/records/999900000014/comparison")
    assert "by its review date: the caution was not reviewed in time" in page.text
    assert "/review/None" not in page.text
    assert await desk.system.quarantined() == []


async def test_a_marker_without_a_day_ends_12_months_after_it_was_published(
    desk: Desk, clock: SetClock, deadlines: Deadlines
) -> None:
    visit_id = await desk.receive(located(hazards=[{"code": "VIOLENCE"}, ACETYLENE], none_found=False))
    await desk.publish(visit_id)
    clock.move(365 * DAY)
    assert await deadlines.step() == 0
    clock.move(DAY)
    assert await deadlines.step() == 1


async def test_a_marker_that_stands_has_12_months_from_its_decision(
    desk: Desk, clock: SetClock, deadlines: Deadlines
) -> None:
    visit_id = await marked(desk)
    clock.move(5 * DAY)
    await decide(desk, visit_id, clock.now(), stands=True)
    assert await ends_on(desk) == date(2027, 11, 27)
    clock.move(100 * DAY)
    assert await deadlines.step() == 0
    clock.move(266 * DAY)
    assert await deadlines.step() == 1


@pytest.mark.parametrize("is_late", [False, True])
async def test_a_marker_that_is_not_placed_is_in_no_record_whenever_it_was_decided(
    desk: Desk, clock: SetClock, *, is_late: bool
) -> None:
    if is_late:
        visit_id = await marked(desk)
        await decide(desk, visit_id, clock.now(), stands=False)
    else:
        visit = located(hazards=[MARKER, ACETYLENE], none_found=False)
        await decide(desk, visit.visit_id, clock.now(), stands=False)
        await desk.receive(visit)
        await desk.publish(visit.visit_id)
    facts = (await desk.shown())[-1].record.facts
    assert facts is not None
    assert [hazard.code for hazard in facts.hazards] == [HazardCode.CYL_ACETYLENE]


async def test_a_decision_counts_for_the_visit_that_was_sent_again_and_for_no_later_sighting(
    desk: Desk, clock: SetClock
) -> None:
    first = located(hazards=[MARKER], none_found=False)
    again = located(hazards=[MARKER, ACETYLENE], none_found=False, amends=first.visit_id)
    await desk.receive(first, again)
    await decide(desk, first.visit_id, clock.now(), stands=True)
    await desk.publish(again.visit_id)
    assert await ends_on(desk) == date(2027, 11, 22)
    clock.move(DAY)
    later = await desk.receive(
        located(at=clock.now(), hazards=[MARKER], none_found=False, visit_kind="CHANGE", base_record_version=1)
    )
    await desk.publish(later)
    assert await ends_on(desk) == date(2027, 2, 1)
    await decide(desk, first.visit_id, clock.now(), stands=False)
    assert await ends_on(desk) == date(2027, 2, 1), "another visit has seen it since, with a referral of its own"


async def test_of_two_decisions_the_later_counts_whichever_is_heard_first(desk: Desk, clock: SetClock) -> None:
    visit_id = await marked(desk)
    clock.move(9 * DAY)
    await decide(desk, visit_id, clock.now(), stands=True)
    await decide(desk, visit_id, clock.now() - DAY, stands=False)
    assert await ends_on(desk) == date(2027, 12, 1)


@pytest.fixture
async def template(templates: Templates) -> str:
    """Return a database that knows the sample area."""
    return await templates.filled("the_area", know_the_area)


class TestOfTheWholeSystem:
    """From the desk of those who decide to control's screen."""

    @pytest.fixture
    async def whole(self, tools: Tools) -> AsyncIterator[System]:
        """Return all services on this test's database, with the sample area."""
        system = await a_system(tools)
        yield system
        await system.close()

    async def test_what_the_deciders_close_the_referral_with_reaches_the_record_and_not_why(
        self, whole: System, clock: SetClock
    ) -> None:
        secret = "zebra-marmalade"
        marker = {"code": "VIOLENCE", "basis": secret, "review_on": (clock.now() + 30 * DAY).date().isoformat()}
        visit_id = await send(whole, None, uprn=TOWN_HALL, hazards=[marker], none_found=False)
        await Desk(whole).publish(visit_id)
        [(referral_id,)] = await whole.rows("SELECT id FROM referrals.referrals WHERE kind = 'RI9'")
        decider = await whole.client(Role.HEALTH_AND_SAFETY)
        for version, action in ((1, "acknowledge"), (2, "accept")):
            await decider.post(f"{REFERRALS}/{referral_id}/{action}", json={"version": version})
        body = {"version": 3, "outcome": "MARKER_NOT_PLACED", "words": secret}
        assert (await decider.post(f"{REFERRALS}/{referral_id}/close", json=body)).status_code == 200
        await whole.settle()
        facts = (await Desk(whole).shown())[-1].record.facts
        assert facts is not None
        assert facts.hazards == ()
        assert [secret in logged.model_dump_json() for logged in await whole.said("referrals.marker-decided")] == [
            False
        ]
        control = await whole.client(Role.CONTROL)
        assert "Caution on approach" not in (await control.get(f"/control/premises/{TOWN_HALL}")).text
        assert await whole.quarantined() == []
