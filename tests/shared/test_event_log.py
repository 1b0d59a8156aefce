"""The event log: in the order of commits, nothing skipped, nothing twice."""

import asyncio

from sqlalchemy import text
from sqlalchemy.event import listen

from schemas.control import ControlShown
from schemas.referrals import ReferralAcknowledged
from schemas.vocabulary import ReferralKind, ReferralState
from services.shared.clock import SetClock
from services.shared.cursors import move_cursor, take_cursor
from services.shared.database import Database
from services.shared.event_log import RELAY, Cause, lags, read_after
from services.shared.transactions import transaction

CAUSE = Cause("control", "test", "c-1")


def shown(premises_id: str, clock: SetClock) -> ControlShown:
    return ControlShown(premises_id=premises_id, revision=1, unverified=0, shown_at=clock.now())


def acknowledged(clock: SetClock) -> ReferralAcknowledged:
    return ReferralAcknowledged(
        referral_id="r-1",
        visit_id="v-1",
        kind=ReferralKind.BS1,
        state=ReferralState.ACKNOWLEDGED,
        acknowledged_by="protection",
        acknowledged_at=clock.now(),
    )


async def test_an_event_is_in_the_log_once_its_transaction_has_committed(database: Database, clock: SetClock) -> None:
    async with transaction(database, clock, CAUSE) as session:
        session.say(shown("1", clock))
        async with database.reading() as other:
            assert await read_after(other, 0) == []
    async with database.reading() as other:
        assert [event.key for event in await read_after(other, 0)] == ["1"]


async def test_an_event_of_a_transaction_that_failed_is_never_said(database: Database, clock: SetClock) -> None:
    try:
        async with transaction(database, clock, CAUSE) as session:
            session.say(shown("1", clock))
            raise RuntimeError
    except RuntimeError:
        pass
    async with database.reading() as other:
        assert await read_after(other, 0) == []


async def test_a_reader_never_passes_over_an_event_that_is_committed_late(database: Database, clock: SetClock) -> None:
    """The one who said first, but committed last, gets the later position: a cursor cannot skip it."""
    may_commit = asyncio.Event()
    wrote = asyncio.Event()

    async def slow() -> None:
        async with transaction(database, clock, CAUSE) as session:
            await session.execute(text("SELECT pg_current_xact_id()"))
            session.say(shown("slow", clock))
            wrote.set()
            await may_commit.wait()

    task = asyncio.create_task(slow())
    await wrote.wait()
    async with transaction(database, clock, CAUSE) as session:
        session.say(shown("quick", clock))
    async with database.reading() as reader:
        first = await read_after(reader, 0)
    may_commit.set()
    await task
    async with database.reading() as reader:
        rest = await read_after(reader, first[-1].position)
    assert [event.key for event in first] == ["quick"]
    assert [event.key for event in rest] == ["slow"]


async def test_every_event_of_many_writers_is_read_once_and_in_order(database: Database, clock: SetClock) -> None:
    async def write(writer: int) -> None:
        for number in range(10):
            async with transaction(database, clock, CAUSE) as session:
                session.say(shown(f"{writer}/{number}", clock))

    seen: list[str] = []
    writing = asyncio.gather(*(write(writer) for writer in range(8)))
    position = 0
    while len(seen) < 80 and not (writing.done() and writing.exception()):
        async with database.reading() as reader:
            for event in await read_after(reader, position, limit=7):
                position = event.position
                seen.append(event.key)
    await writing
    assert sorted(seen) == sorted(f"{writer}/{number}" for writer in range(8) for number in range(10))
    for writer in range(8):
        mine = [key for key in seen if key.startswith(f"{writer}/")]
        assert mine == [f"{writer}/{number}" for number in range(10)]


async def test_how_far_all_readers_lag_is_asked_at_once(database: Database, clock: SetClock) -> None:
    topics_of = {"scorecard": ("control.shown", "visits.submitted"), "visits": ("control.shown",), "premises": ("no",)}
    async with transaction(database, clock, CAUSE) as session:
        for number in range(5):
            session.say(shown(str(number), clock))
        session.say(acknowledged(clock))
    async with transaction(database, clock, CAUSE) as session:
        for reader, position in (("scorecard", 2), ("visits", 6), ("premises", 0), (RELAY, 1), ("gone", 0)):
            await take_cursor(session, reader, clock.now())
            await move_cursor(session, reader, position, clock.now())
    asked: list[str] = []
    listen(database.engine.sync_engine, "before_cursor_execute", lambda _c, _u, statement, *_: asked.append(statement))
    async with database.reading() as session:
        found = await lags(session, topics_of)
    assert found == {"scorecard": 3, "visits": 0, "premises": 0, RELAY: 5}
    assert len(asked) == 1
