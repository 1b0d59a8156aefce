"""The whole line in one process: visits taken, carried through every service, and awaited until they are at rest."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from time import perf_counter

import psycopg
from psycopg import AsyncConnection

from schemas.control import ControlShown
from schemas.vocabulary import Role
from services.command_line.wiring import SERVICES
from services.shared.identity import Person
from services.shared.messaging.relay import Relay
from services.shared.process import Process
from services.shared.service import Tools
from services.visits.handlers.intake import Intake
from services.visits.rules.reading import read_body
from tests.benchmarks.child import Child

LOOK_EVERY_S = 0.03
PATIENCE_S = 300.0
CREW = Person("firefighter", (Role.FIREFIGHTER,), "S1")
# Deliveries still to be made: each event of the log to each service that hears it, less what is in their inboxes.
STILL_TO_HEAR = """
SELECT (SELECT count(*) FROM platform.event_log JOIN unnest(%s::text[]) AS heard (topic) USING (topic))
    - (SELECT count(*) FROM platform.inbox), (SELECT count(*) FROM platform.quarantine)
"""


@dataclass
class Line:
    """All services on one database; what they do is looked at through a connection of its own.

    `heard` names each topic once for every service that hears it.
    """

    tools: Tools
    process: Process
    heard: list[str]
    looking: AsyncConnection[tuple[int, ...]]

    async def take(self, bodies: Sequence[bytes]) -> None:
        """Take visits as the API does, each in a transaction of its own, sealing what is to be sealed."""
        intake = Intake(self.tools)
        for number, body in enumerate(bodies):
            await intake(read_body(body), CREW, f"bench-{number}")

    async def until_at_rest(self) -> None:
        """Wait until every service has heard all that was said for it; raises if anything went to quarantine."""
        ends = perf_counter() + PATIENCE_S
        while perf_counter() < ends:
            found = await (await self.looking.execute(STILL_TO_HEAR, (self.heard,))).fetchone()
            still, quarantined = found or (1, 0)
            if quarantined:
                raise RuntimeError(f"{quarantined} messages went to quarantine: the figures would mean nothing")
            if not still:
                return
            await asyncio.sleep(LOOK_EVERY_S)
        raise RuntimeError(f"the visits were not all delivered within {PATIENCE_S:.0f} s")

    async def submit_and_see(self, body: bytes, woken: asyncio.Event) -> float:
        """Take one visit and return the milliseconds until control is shown what it brought."""
        position = await self._number("SELECT coalesce(max(position), 0) FROM platform.event_log")
        began = perf_counter()
        await self.take([body])
        while not await self._number(
            "SELECT count(*) FROM platform.event_log WHERE topic = %s AND position > %s", ControlShown.topic, position
        ):
            woken.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(woken.wait(), 0.2)
        taken = (perf_counter() - began) * 1000
        await self.until_at_rest()
        return taken

    async def shown(self) -> int:
        """Return how many times control was shown something."""
        return await self._number("SELECT count(*) FROM platform.event_log WHERE topic = %s", ControlShown.topic)

    async def _number(self, statement: str, *parameters: object) -> int:
        row = await (await self.looking.execute(statement, parameters)).fetchone()
        return row[0] if row else 0

    @asynccontextmanager
    async def relaying(self) -> AsyncIterator[None]:
        """Send the log to Kafka for the length of a block, as the relay of an installation does."""
        settings = self.tools.settings
        bell = self.tools.bell.subscribe()
        relay = Relay(
            settings.kafka, self.tools.database, self.tools.clock, bell, idempotent=settings.kafka_idempotence
        )
        sending = asyncio.create_task(relay.run())
        try:
            yield
        finally:
            relay.stopping.set()
            bell.set()
            await sending


@asynccontextmanager
async def each_its_own(tools: Tools) -> AsyncIterator[list[Child]]:
    """Run each of the six services as a process of its own on Kafka, as they are deployed, within a block."""
    settings = tools.settings
    through = {"RAVI_KAFKA": settings.kafka, "RAVI_KAFKA_IDEMPOTENCE": "1" if settings.kafka_idempotence else "0"}
    processes: list[Child] = []
    try:
        for name in SERVICES:
            folder = settings.data_dir / name
            folder.mkdir(parents=True, exist_ok=True)
            processes.append(Child(folder, settings.database, "serve", name, settings=through))
        for each in processes:
            await asyncio.to_thread(each.until_ready)
        yield processes
    finally:
        for each in processes:
            await asyncio.to_thread(each.stop)


@asynccontextmanager
async def whole_line(tools: Tools) -> AsyncIterator[Line]:
    """Give all six services, prepared and not yet running, on one database."""
    services = [build(tools) for build in SERVICES.values()]
    for service in services:
        for prepare in service.starting:
            await prepare()
    heard = [topic for service in services for topic in service.handlers]
    async with await psycopg.AsyncConnection.connect(tools.database.plain_address, autocommit=True) as looking:
        try:
            yield Line(tools, Process(tools, services, relays=False), heard, looking)
        finally:
            await tools.database.close()
