"""The bell: who hears a topic is woken by it, and nobody else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import psycopg

from schemas.control import ControlShown
from schemas.topics import TOPICS
from schemas.visits import ConcernsNoted, VisitSubmitted
from services.shared.appending import append
from services.shared.database import Database
from services.shared.event_log import CHANNEL, Cause, read_after
from services.shared.messaging.bell import Bell
from services.shared.process import Process
from services.shared.quarantine import list_waiting, release
from services.shared.service import Service, Tools, one_by_one
from services.shared.transactions import transaction
from tests.journeys.toy import Toy, running, say_all, shown, until


@asynccontextmanager
async def rung(bell: Bell) -> AsyncIterator[None]:
    """Run a bell that has rung once for everybody, as it does when it begins to listen."""
    everybody = bell.subscribe()
    ringing = asyncio.create_task(bell.run())
    await asyncio.wait_for(everybody.wait(), 10)
    yield
    ringing.cancel()
    with suppress(asyncio.CancelledError):
        await ringing


async def test_only_those_who_hear_the_topic_are_woken(tools: Tools) -> None:
    bell = Bell(tools.database.plain_address)
    hearing = bell.subscribe([VisitSubmitted.topic, ControlShown.topic])
    deaf = bell.subscribe([VisitSubmitted.topic, ConcernsNoted.topic])
    everybody = bell.subscribe()
    async with rung(bell):
        assert deaf.is_set(), "what was said before it listened may be anybody's"
        for event in (hearing, deaf, everybody):
            event.clear()
        await say_all(tools, "a")
        await asyncio.wait_for(asyncio.gather(hearing.wait(), everybody.wait()), 10)
        assert not deaf.is_set()


async def heard_on_the_wire(database: Database, work: asyncio.Future[None]) -> str:
    async with await psycopg.AsyncConnection.connect(database.plain_address, autocommit=True) as connection:
        await connection.execute(f"LISTEN {CHANNEL}")
        work.set_result(None)
        async for notice in connection.notifies(timeout=10, stop_after=1):
            return notice.payload
    raise AssertionError("nothing was heard")


async def test_a_commit_says_its_topics_once_and_nothing_else_of_what_was_said(tools: Tools) -> None:
    listening: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    hearing = asyncio.create_task(heard_on_the_wire(tools.database, listening))
    await listening
    async with transaction(tools.database, tools.clock, Cause("control", "test", "c-1")) as session:
        said = [(Cause("control", "test", "c-1"), shown(name), tools.clock.now()) for name in ("a", "b", "c")]
        await append(session, said, at=tools.clock.now(), key=tools.database.evidence_key)
    assert await hearing == ControlShown.topic


def test_the_topics_of_the_whole_map_fit_into_one_notice() -> None:
    assert len(" ".join(topic.name for topic in TOPICS).encode()) < 8000


async def test_a_message_released_from_quarantine_wakes_its_service(tools: Tools) -> None:
    """Without waiting for the poll."""
    toy = Toy()
    await say_all(tools, "refuse-1")
    async with running(tools, toy.service()) as process:
        await until(lambda: is_waiting(tools))
        woken = process.bell.subscribe(toy.service().handlers)
        async with transaction(tools.database, tools.clock, Cause("platform", "person", "test")) as session:
            await release(session, (await list_waiting(session))[0].id, "person")
        await asyncio.wait_for(woken.wait(), 10)


async def test_nobody_is_told_on_which_topic_a_message_was_released(tools: Tools) -> None:
    await say_all(tools, "a")
    async with tools.database.reading() as session:
        [said] = await read_after(session, 0)
    listening: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    hearing = asyncio.create_task(heard_on_the_wire(tools.database, listening))
    await listening
    async with transaction(tools.database, tools.clock, Cause("platform", "person", "test")) as session:
        session.say_again_for("scorecard", said.envelope)
    assert await hearing == ""


async def is_waiting(tools: Tools) -> bool:
    async with tools.database.reading() as session:
        return len(await list_waiting(session)) == 1


async def test_a_reader_is_woken_for_its_own_topics_and_the_relay_for_all(tools: Tools) -> None:
    hearing, deaf = Toy().service(), Service("visits", {VisitSubmitted.topic: one_by_one(Toy().handle)})
    embedded = Process(tools, [hearing, deaf], relays=True)
    with_kafka = Process(with_broker(tools), [], relays=True)
    assert with_kafka.relay is not None
    async with rung(tools.bell), rung(with_kafka.bell):
        woken = {reader.service.name: reader._woken for reader in embedded.readers}
        woken["relay"] = with_kafka.relay._woken
        for event in woken.values():
            event.clear()
        await say_all(tools, "a")
        await asyncio.wait_for(asyncio.gather(woken["scorecard"].wait(), woken["relay"].wait()), 10)
        assert not woken["visits"].is_set()


def with_broker(tools: Tools) -> Tools:
    return replace(tools, settings=replace(tools.settings, kafka="127.0.0.1:1"))
