"""Replay: the log delivered again brings what was missed, and does nothing twice."""

from datetime import timedelta

from sqlalchemy import text

from services.shared.clock import SetClock
from services.shared.replay import replay
from services.shared.service import Tools
from tests.journeys.toy import Toy, kept, say_all


async def test_a_replay_brings_what_was_missed_and_nothing_twice(tools: Tools) -> None:
    toy = Toy()
    await say_all(tools, "a", "b")
    first = await replay(toy.service(), tools.database, tools.clock, 0)
    await say_all(tools, "c")
    second = await replay(toy.service(), tools.database, tools.clock, 0)
    assert (first.delivered, first.already_done) == (2, 0)
    assert (second.delivered, second.already_done) == (1, 2)
    assert await kept(tools) == ["a", "b", "c"]


async def test_a_replay_may_begin_later_and_keep_to_one_topic(tools: Tools) -> None:
    toy = Toy()
    await say_all(tools, "a", "b", "c")
    done = await replay(toy.service(), tools.database, tools.clock, 2, topics=["control.shown"])
    assert await kept(tools) == ["c"]
    assert (await replay(toy.service(), tools.database, tools.clock, 0, topics=["visits.submitted"])).delivered == 0
    assert done.delivered == 1


async def test_a_rebuild_deals_with_everything_again(tools: Tools) -> None:
    toy = Toy()
    await say_all(tools, "a")
    await replay(toy.service(), tools.database, tools.clock, 0)
    again = await replay(toy.service(), tools.database, tools.clock, 0, again=True)
    assert toy.tries["a"] == 2
    assert again.quarantined == 1, "the toy refuses to keep a name twice: the copy waits for a person"


async def test_a_rebuild_keeps_the_times_at_which_things_were_first_dealt_with(tools: Tools, clock: SetClock) -> None:
    toy = Toy()
    await say_all(tools, "a")
    await replay(toy.service(), tools.database, tools.clock, 0)
    first = clock.now()
    clock.move(timedelta(days=3))
    async with tools.database.reading() as session:
        await session.execute(text("DELETE FROM platform.local_users"))
        await session.commit()
    assert (await replay(toy.service(), tools.database, tools.clock, 0, again=True)).delivered == 1
    async with tools.database.reading() as session:
        assert (await session.execute(text("SELECT heard_at FROM platform.inbox"))).scalar_one() == first
