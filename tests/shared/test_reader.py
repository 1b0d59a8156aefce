"""A reader's batch: the cursor moves once, as far as was dealt with, together with the effects."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import event, text

from schemas.control import ControlShown
from services.shared.event_log import Cause, read_after
from services.shared.messaging.delivery import DEFECT_PAUSES_S, NOT_YET_PAUSES_S
from services.shared.messaging.reader import Reader
from services.shared.quarantine import list_waiting
from services.shared.service import Tools, one_by_one
from services.shared.transactions import Work, transaction
from services.shared.web.app import create_app
from tests.journeys.toy import Toy, kept, say_all, shown


@contextmanager
def statements(tools: Tools) -> Iterator[list[str]]:
    """Gather the statements that go to the database for the length of a block."""
    seen: list[str] = []

    def see(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    engine = tools.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", see)
    yield seen
    event.remove(engine, "before_cursor_execute", see)


def moves(seen: list[str]) -> int:
    """Return how often the cursor was moved by itself; with a whole batch it is moved by what marks its events."""
    return sum(statement.startswith("UPDATE platform.cursors") for statement in seen)


def reader_of(toy: Toy, tools: Tools) -> Reader:
    return Reader(toy.service(), tools.database, tools.clock, asyncio.Event())


async def test_the_cursor_moves_once_a_batch(tools: Tools) -> None:
    toy = Toy()
    await say_all(tools, "a", "b", "refuse-1", "c")
    with statements(tools) as seen:
        passed, _ = await reader_of(toy, tools).step()
    assert passed == 4
    assert await kept(tools) == ["a", "b", "c"]
    assert moves(seen) == 1


async def test_a_batch_cut_short_keeps_what_was_done_and_comes_back_to_the_rest(tools: Tools) -> None:
    toy = Toy()
    reader = reader_of(toy, tools)
    await say_all(tools, "a", "late-1", "b")
    with statements(tools) as seen:
        assert await reader.step() == (1, NOT_YET_PAUSES_S[0])
    assert moves(seen) == 1
    assert await kept(tools) == ["a"]
    assert await reader.step() == (2, 0.0)
    assert await kept(tools) == ["a", "b", "late-1"]
    with statements(tools) as seen:
        assert await reader.step() == (0, 0.0)
    assert moves(seen) == 0, "nothing was dealt with, so there is nothing to move"


async def test_who_may_wait_gathers_what_is_said_one_after_another(tools: Tools) -> None:
    toy, woken = Toy(), asyncio.Event()
    reader = Reader(replace(toy.service(), gathers_s=1.0), tools.database, tools.clock, woken)
    running = asyncio.create_task(reader.run())
    with statements(tools) as seen:
        for each in ("a", "b", "c"):
            await say_all(tools, each)
            woken.set()
        async with asyncio.timeout(20):
            while await kept(tools) != ["a", "b", "c"]:
                await asyncio.sleep(0.02)
    reader.stopping.set()
    reader.wake()
    await running
    marked = [statement for statement in seen if "INSERT INTO platform.inbox" in statement]
    assert len(marked) < 3, marked


async def test_a_batch_in_which_nothing_fails_is_marked_at_once_and_needs_no_savepoints(tools: Tools) -> None:
    toy = Toy()
    reader = reader_of(toy, tools)
    await reader.step()
    await say_all(tools, "a", "b", "c")
    with statements(tools) as seen:
        assert await reader.step() == (3, 0.0)
    assert toy.tries == {"a": 1, "b": 1, "c": 1}
    assert not [statement for statement in seen if "SAVEPOINT" in statement]
    own = sum("local_users" in statement for statement in seen)
    assert len(seen) == own + 2, "the cursor with what comes next, and the marks with the cursor's move"


async def test_with_nothing_to_hear_a_reader_asks_one_question(tools: Tools) -> None:
    reader = reader_of(Toy(), tools)
    await reader.step()
    with statements(tools) as seen:
        assert await reader.step() == (0, 0.0)
    assert len(seen) == 1


async def test_what_was_said_and_noted_is_appended_by_two_statements(tools: Tools) -> None:
    with statements(tools) as seen:
        async with transaction(tools.database, tools.clock, Cause("control", "test", "c-1")) as work:
            for name in ("a", "b", "c"):
                work.say(shown(name))
                work.note(f"premises/{name}", "shown")
    assert len(seen) == 2, "one that holds the log, and one that appends"


async def test_what_was_done_in_a_batch_that_failed_is_undone_and_done_again_once(tools: Tools) -> None:
    """The toy cannot keep a name twice: what were not undone would be refused and wait in quarantine."""
    toy = Toy()
    await say_all(tools, "a", "b", "defect-1", "c")
    reader = reader_of(toy, tools)
    assert await reader.step() == (2, DEFECT_PAUSES_S[0])
    assert await reader.step() == (0, DEFECT_PAUSES_S[1])
    assert await reader.step() == (2, 0.0)
    assert await kept(tools) == ["a", "b", "c"]
    async with tools.database.reading() as session:
        assert [message.cause for message in await list_waiting(session)] == ["defect"]
        marked = (await session.execute(text("SELECT count(*) FROM platform.inbox"))).scalar_one()
    assert marked == 3, "what waits in quarantine is not marked, or it could not be released"


async def test_an_event_and_its_copy_in_one_batch_are_dealt_with_once(tools: Tools) -> None:
    toy = Toy()
    await say_all(tools, "a")
    async with tools.database.reading() as session:
        [said] = await read_after(session, 0)
    async with transaction(tools.database, tools.clock, Cause("platform", "person", "test")) as session:
        session.say_again_for("scorecard", said.envelope)
        session.say_again_for("visits", said.envelope)
    assert await reader_of(toy, tools).step() == (3, 0.0)
    assert toy.tries == {"a": 1}


FORGED = """
    INSERT INTO platform.event_log
        (topic, key, event_id, type, source, correlation_id, payload, occurred_at, said_at, seal)
    VALUES ('control.shown', 'k', gen_random_uuid(), :type, 'control', 'c', CAST(:payload AS jsonb), now(), now(), 'x')
"""


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("nonsense", "{}"),
        ("uk.frs.ravi.control.shown.v", "{}"),
        ("uk.frs.ravi.control.shown.v²", "{}"),
        ("uk.frs.ravi.control.shown.v999", "{}"),
        ("uk.frs.ravi.visits.deleted.v1", "{}"),
        ("uk.frs.ravi.control.shown.v1", "[1]"),
        ("uk.frs.ravi.control.shown.v1", "null"),
    ],
)
async def test_a_line_that_nobody_can_read_waits_in_quarantine_and_holds_up_nobody(
    tools: Tools, kind: str, payload: str
) -> None:
    """As somebody with the rights of one service may write it into the log."""
    toy = Toy()
    await say_all(tools, "a")
    async with tools.database.reading() as session:
        await session.execute(text(FORGED), {"type": kind, "payload": payload})
        await session.commit()
    await say_all(tools, "b")
    reader = reader_of(toy, tools)
    while (await reader.step())[0]:
        pass
    assert await kept(tools) == ["a", "b"]
    async with tools.database.reading() as session:
        [copy] = await list_waiting(session)
    assert (copy.cause, copy.body.decode(), copy.origin) == ("unreadable", payload, "event log 2")
    app = create_app(tools, [toy.service()], [], no_lifespan, list)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ravi.test") as client:
        ready = await client.get("/health/ready")
    assert ready.status_code == 200
    # Nobody signs heads in this toy: that is told beside it.
    parts = [one["part"] for one in ready.json()["degraded"]]
    assert parts == ["quarantine of scorecard", "signed heads of the log"]


@asynccontextmanager
async def no_lifespan(_app: FastAPI) -> AsyncIterator[None]:
    yield


async def test_who_is_behind_hears_first_what_is_urgent_and_each_key_in_its_order(tools: Tools) -> None:
    toy, order = Toy(), []
    await say_all(tools, *[f"n{number:03}" for number in range(60)], "z", *[f"o{number:03}" for number in range(60)])
    async with transaction(tools.database, tools.clock, Cause("control", "test", "journey")) as session:
        session.say(shown("z"), urgent=True)
    service = toy.service()

    async def note_and_handle(event: ControlShown, work: Work) -> None:
        order.append(event.premises_id)
        if order.count(event.premises_id) == 1:
            await toy.handle(event, work)

    noting = replace(service, handlers={"control.shown": one_by_one(note_and_handle)})
    reader = Reader(noting, tools.database, tools.clock, asyncio.Event())
    while (await reader.step())[0]:
        pass
    assert order[50:52] == ["z", "z"], "after the first batch, and the earlier one of the same key before the later"
    assert len(order) == 122
    assert sorted(order) == sorted([*[f"n{n:03}" for n in range(60)], *[f"o{n:03}" for n in range(60)], "z", "z"])


async def test_what_is_urgent_and_fails_is_left_to_its_turn_and_holds_up_nobody(tools: Tools) -> None:
    toy = Toy()
    await say_all(tools, *[f"n{number:03}" for number in range(60)])
    async with transaction(tools.database, tools.clock, Cause("control", "test", "journey")) as session:
        session.say(shown("refuse-1"), urgent=True)
    reader = reader_of(toy, tools)
    while (await reader.step())[0]:
        pass
    assert len(await kept(tools)) == 60
    async with tools.database.reading() as session:
        assert [message.cause for message in await list_waiting(session)] == ["refused"]
