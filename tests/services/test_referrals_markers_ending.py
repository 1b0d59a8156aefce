"""A violence marker that stands is decided again before its 12 months end, by the two who decide it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from schemas.vocabulary import Role
from services.referrals.handlers.markers import ask_for_markers_again
from services.referrals.rules.markers import decided_too_long_ago
from services.shared.clock import SetClock
from services.shared.deadlines import Deadlines
from services.shared.service import Tools
from tests.services.referrals_desk import REFERRALS, listed, send
from tests.system import System, a_system

SECRET = "zebra-marmalade"
VIOLENCE = {"code": "VIOLENCE", "basis": f"the son threatened us {SECRET}", "review_on": "2027-11-20"}
DECIDERS = (Role.HEALTH_AND_SAFETY, Role.SAFEGUARDING)
ENDS_SOON = timedelta(days=365 - 28)


@pytest.fixture
async def desk(tools: Tools) -> AsyncIterator[System]:
    """Return visits and referrals on this test's database."""
    whole = await a_system(tools, ("visits", "referrals"))
    yield whole
    await whole.close()


@pytest.fixture
def deadlines(desk: System, clock: SetClock) -> Deadlines:
    """Return the look that comes round for markers."""
    return Deadlines("referrals", desk.tools.database, clock, ask_for_markers_again)


async def decided(desk: System, outcome: str, words: str = "", marker: dict[str, str] | None = None) -> str:
    """Return the referral of a marker that was decided now."""
    await send(desk, hazards=[marker or VIOLENCE], none_found=False)
    (found,) = await listed(desk, Role.HEALTH_AND_SAFETY)
    referral_id = str(found["id"])
    client = await desk.client(Role.HEALTH_AND_SAFETY)
    for version, action in ((1, "acknowledge"), (2, "accept")):
        assert (await client.post(f"{REFERRALS}/{referral_id}/{action}", json={"version": version})).status_code == 200
    await close(desk, referral_id, 3, outcome, words)
    return referral_id


async def close(desk: System, referral_id: str, version: int, outcome: str, words: str = "") -> None:
    client = await desk.client(Role.SAFEGUARDING)
    body = {"version": version, "outcome": outcome, "words": words}
    answer = await client.post(f"{REFERRALS}/{referral_id}/close", json=body)
    assert answer.status_code == 200, answer.text
    await desk.settle()


async def test_28_days_before_the_end_both_deciders_have_it_on_their_desks_again(
    desk: System, clock: SetClock, deadlines: Deadlines
) -> None:
    referral_id = await decided(desk, "MARKER_STANDS")
    clock.move(ENDS_SOON - timedelta(hours=1))
    assert await deadlines.step() == 0
    assert [await listed(desk, role) for role in DECIDERS] == [[], []]
    clock.move(timedelta(hours=2))
    assert await deadlines.step() == 1
    for role in DECIDERS:
        (found,) = await listed(desk, role)
        assert (found["id"], found["state"]) == (referral_id, "IN_PROGRESS")
        page = await (await desk.client(role)).get(f"/referrals/{referral_id}")
        assert "The 12 months of this marker end on 22 Nov 2027: decide whether it stands." in page.text
    assert await deadlines.step() == 0, "once"
    await close(desk, referral_id, 5, "MARKER_STANDS")
    assert await deadlines.step() == 0, "the 12 months are counted from the last decision"
    clock.move(ENDS_SOON + timedelta(days=1, hours=1))  # a leap year
    assert await deadlines.step() == 1


async def test_a_marker_that_was_not_placed_stays_closed(desk: System, clock: SetClock, deadlines: Deadlines) -> None:
    await decided(desk, "MARKER_NOT_PLACED")
    clock.move(timedelta(days=800))
    assert await deadlines.step() == 0


async def test_one_closed_as_something_else_is_back_28_days_before_its_review_and_once(
    desk: System, clock: SetClock, deadlines: Deadlines
) -> None:
    marker = {**VIOLENCE, "review_on": "2027-03-20"}
    referral_id = await decided(desk, "OTHER", "The police look at it first", marker)
    clock.move(datetime(2027, 2, 19, 12, tzinfo=UTC) - clock.now())
    assert await deadlines.step() == 0
    clock.move(timedelta(days=2))
    assert await deadlines.step() == 1
    for role in DECIDERS:
        (found,) = await listed(desk, role)
        assert (found["id"], found["state"]) == (referral_id, "IN_PROGRESS")
        page = await (await desk.client(role)).get(f"/referrals/{referral_id}")
        assert "This marker was not decided, and ends on 20 Mar 2027: decide whether it stands." in page.text
    await close(desk, referral_id, 5, "OTHER", "They still look at it")
    assert await deadlines.step() == 0, "who closes it so knowing that it ends is not asked again"
    clock.move(timedelta(days=400))
    assert await deadlines.step() == 0, "nor is anybody about what has ended"


async def test_whoever_may_not_decide_hears_no_more_of_it_than_that_it_is_open(
    desk: System, clock: SetClock, deadlines: Deadlines, caplog: pytest.LogCaptureFixture
) -> None:
    referral_id = await decided(desk, "MARKER_STANDS")
    clock.move(ENDS_SOON + timedelta(hours=1))
    await deadlines.step()
    await desk.settle()
    (moved,) = [event for event in await desk.said("referrals.moved") if "IN_PROGRESS" in event.model_dump_json()]
    assert "12 months" not in moved.model_dump_json()
    for role in set(Role) - set(DECIDERS):
        page = await (await desk.client(role)).get(f"/referrals/{referral_id}")
        assert SECRET not in page.text
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    ("now", "decided_at"),
    [
        (datetime(2027, 10, 25, 12, tzinfo=UTC), datetime(2026, 11, 22, 12, tzinfo=UTC)),
        (datetime(2028, 2, 1, 12, tzinfo=UTC), datetime(2027, 2, 28, 12, tzinfo=UTC)),
    ],
)
def test_the_12_months_are_counted_by_the_calendar_here(now: datetime, decided_at: datetime) -> None:
    assert decided_too_long_ago(now) == decided_at
