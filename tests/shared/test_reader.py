"""A reader's batch: the cursor moves once, as far as was dealt with, together with the effects."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event, text

from services.shared.event_log import Cause, read_after
from services.shared.messaging.delivery import DEFECT_PAUSES_S, NOT_YET_PAUSES_S
from services.shared.messaging.reader import Reader
from services.shared.quarantine import list_waiting
from services.shared.service import Tools
from services.shared.transactions import say_again_for, transaction
from tests.journeys.toy import Toy, kept, say_all


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


async def test_a_batch_in_which_nothing_fails_is_marked_at_once_and_needs_no_savepoints(tools: Tools) -> None:
    toy = Toy()
    await say_all(tools, "a", "b", "c")
    with statements(tools) as seen:
        assert await reader_of(toy, tools).step() == (3, 0.0)
    assert toy.tries == {"a": 1, "b": 1, "c": 1}
    assert sum("INTO platform.inbox" in statement for statement in seen) == 1
    assert not [statement for statement in seen if "SAVEPOINT" in statement]


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
        say_again_for("scorecard", said.envelope, session)
        say_again_for("visits", said.envelope, session)
    assert await reader_of(toy, tools).step() == (3, 0.0)
    assert toy.tries == {"a": 1}
