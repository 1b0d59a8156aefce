"""A reader's batch: the cursor moves once, as far as was dealt with, together with the effects."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from services.shared.messaging.reader import Reader
from services.shared.service import Tools
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
        assert (await reader.step())[0] == 1
        assert moves(seen) == 1
        assert (await reader.step())[0] == 0
        assert moves(seen) == 1, "nothing was dealt with, so there is nothing to move"
    assert await kept(tools) == ["a"]
    assert (await reader.step())[0] == 2
    assert toy.tries == {"a": 1, "late-1": 3, "b": 1}
    with statements(tools) as seen:
        assert (await reader.step())[0] == 0
    assert moves(seen) == 0
