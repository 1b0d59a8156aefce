"""A late desk is shown in red, open streams are logged, and neither stops until somebody acts."""

import logging
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from schemas.vocabulary import Role
from services.referrals.handlers.lateness import sound_alarms
from services.shared.clock import SetClock
from services.shared.deadlines import Deadlines
from services.shared.service import Tools
from tests.services.referrals_desk import CHILD, LOCKED_EXIT, REFERRALS, SPOKEN, listed, send
from tests.system import System, a_system


@pytest.fixture
async def desk(tools: Tools) -> AsyncIterator[System]:
    """Return visits and referrals on this test's database."""
    whole = await a_system(tools, ("visits", "referrals"))
    yield whole
    await whole.close()


@pytest.fixture
def deadlines(tools: Tools) -> Deadlines:
    """Return the look at what is due that runs beside the service."""
    return Deadlines("referrals", tools.database, tools.clock, sound_alarms)


async def alarms(desk: System, role: Role = Role.PROTECTION) -> list[tuple[str, int]]:
    (referral,) = await listed(desk, role)
    return sorted((alarm["reason"], alarm["step"]) for alarm in referral["alarms"])


async def test_nothing_sounds_before_its_time(desk: System, deadlines: Deadlines, clock: SetClock) -> None:
    await send(desk, LOCKED_EXIT)
    clock.move(timedelta(minutes=14, seconds=59))
    assert await deadlines.step() == 0
    assert await alarms(desk) == []


async def test_an_urgent_referral_that_nobody_took_sounds_at_its_deadline(
    desk: System, deadlines: Deadlines, clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    await send(desk, LOCKED_EXIT)
    clock.move(timedelta(minutes=15))
    with caplog.at_level(logging.WARNING):
        assert await deadlines.step() == 2
        assert await deadlines.step() == 0
    assert await alarms(desk) == [("NOBODY_SPOKEN_TO", 1), ("NOT_ACKNOWLEDGED", 1)]
    (referral,) = await listed(desk, Role.PROTECTION)
    assert (referral["state"], referral["version"]) == ("ESCALATED", 1)
    messages = [record.getMessage() for record in caplog.records]
    assert len(messages) == 2
    assert all(referral["id"] in words and "chained" not in words for words in messages)


async def test_it_sounds_again_every_half_interval_and_once_for_all_it_missed(
    desk: System, deadlines: Deadlines, clock: SetClock
) -> None:
    await send(desk, LOCKED_EXIT | SPOKEN)
    steps = []
    for wait in (15, 7, 1, 60):
        clock.move(timedelta(minutes=wait))
        await deadlines.step()
        steps.append(await alarms(desk))
    assert steps == [[("NOT_ACKNOWLEDGED", step)] for step in (1, 1, 2, 10)]


async def test_acknowledging_ends_one_alarm_and_speaking_to_somebody_the_other(
    desk: System, deadlines: Deadlines, clock: SetClock
) -> None:
    await send(desk, LOCKED_EXIT)
    clock.move(timedelta(minutes=16))
    await deadlines.step()
    protection = await desk.client(Role.PROTECTION)
    (referral,) = await listed(desk, Role.PROTECTION)
    where = f"{REFERRALS}/{referral['id']}"
    assert (await protection.post(f"{where}/acknowledge", json={"version": 1})).status_code == 200
    assert await alarms(desk) == [("NOBODY_SPOKEN_TO", 1)]
    body = {"version": 2, "spoken_to": "Landlord", "at": clock.now().isoformat()}
    assert (await protection.post(f"{where}/contact", json=body)).status_code == 200
    assert await alarms(desk) == []
    clock.move(timedelta(days=30))
    assert await deadlines.step() == 0


async def test_a_late_case_is_shown_on_its_desk_and_logged_nowhere(
    desk: System, deadlines: Deadlines, clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    await send(desk, CHILD)
    clock.move(timedelta(hours=1))
    with caplog.at_level(logging.DEBUG, logger="services"):
        await deadlines.step()
    assert await alarms(desk, Role.SAFEGUARDING) == [("NOBODY_SPOKEN_TO", 7), ("NOT_ACKNOWLEDGED", 1)]
    assert caplog.records == []


async def test_only_one_process_at_a_time_deals_with_what_is_due(desk: System, clock: SetClock, tools: Tools) -> None:
    await send(desk, LOCKED_EXIT)
    clock.move(timedelta(minutes=15))
    dealt: list[int] = []

    async def while_another_looks(session: object, now: object) -> int:
        dealt.append(await Deadlines("referrals", tools.database, clock, sound_alarms).step())
        return 1

    await Deadlines("referrals", tools.database, clock, while_another_looks).step()
    assert dealt == [0]
    assert await alarms(desk) == []
