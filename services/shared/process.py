"""One running process: some services, wired to the database and to the log or Kafka, started and stopped together."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from services.shared.deadlines import Deadlines
from services.shared.embedded import see_that_it_runs
from services.shared.event_log import list_behind
from services.shared.messaging.reader import Reader
from services.shared.messaging.supervision import end_all, keep_running
from services.shared.service import Service, Tools
from services.shared.settings import EMBEDDED

if TYPE_CHECKING:  # what speaks Kafka takes long to import, and only those that do speak it need it
    from services.shared.messaging.kafka import Consumer
    from services.shared.messaging.relay import Relay


class Part(StrEnum):
    """What of its services a process runs: all, or (`ravi run`, which is two processes) what answers or what hears."""

    WHOLE = "whole"
    PAGES = "pages"
    READERS = "readers"


class Process:
    """Runs the consumers of some services, and the relay where Kafka is used and this process is asked to."""

    def __init__(self, tools: Tools, services: Sequence[Service], *, relays: bool, part: Part = Part.WHOLE) -> None:
        self.tools = tools
        self.services = services
        self.part = part
        self.bell = tools.bell
        kafka = tools.settings.kafka
        hearing = [service for service in services if service.handlers and part != Part.PAGES]
        self.readers = [] if kafka else [self._reader(service) for service in hearing]
        self.consumers = self._consumers(hearing) if kafka else []
        self.relay = self._relay() if kafka and relays and part != Part.PAGES else None
        self._tasks: list[asyncio.Task[None]] = []

    def _consumers(self, hearing: Sequence[Service]) -> "list[Consumer]":
        from services.shared.messaging.kafka import Consumer

        tools = self.tools
        return [Consumer(service, tools.settings.kafka, tools.database, tools.clock) for service in hearing]

    def _relay(self) -> "Relay":
        from services.shared.messaging.relay import Relay

        settings, bell = self.tools.settings, self.bell.subscribe()
        idempotent = settings.kafka_idempotence
        return Relay(settings.kafka, self.tools.database, self.tools.clock, bell, idempotent=idempotent)

    def _reader(self, service: Service) -> Reader:
        return Reader(service, self.tools.database, self.tools.clock, self.bell.subscribe(service.handlers))

    def _due(self, service: Service) -> list[Deadlines]:
        database, clock = self.tools.database, self.tools.clock
        return [
            Deadlines(service.name, database, clock, each.deal, every_s=each.every_s, rest_s=each.rest_s)
            for each in service.deadlines
        ]

    def stopped(self) -> list[str]:
        """Return the names of the consumers that stopped themselves after a run of failures."""
        hearing: list[Reader | Consumer] = [*self.readers, *self.consumers]
        return [each.service.name for each in hearing if each.stopped_itself]

    async def settle(self) -> None:
        """Deliver what was said, and what that leads to, until all is quiet; only while nothing runs by itself."""
        heard = {reader.service.name: tuple(reader.service.handlers) for reader in self.readers}
        moved = True
        while moved:
            moved = False
            async with self.tools.database.reading() as session:
                behind = await list_behind(session, heard)
            for reader in self.readers:
                if moved or reader.service.name in behind:  # what one has just said, those after it may hear
                    passed, pause_s = await reader.step()
                    moved = moved or bool(passed) or bool(pause_s)

    async def start(self) -> None:
        """Let every service prepare, then start all consumers at once."""
        for service in self.services:
            for prepare in service.starting:
                await prepare()
        forever: list[tuple[str, Callable[[], Awaitable[None]]]] = [("bell", self.bell.run)]
        if self.tools.settings.database == EMBEDDED:
            folder = self.tools.settings.data_dir / "postgres"
            forever.append(("embedded PostgreSQL", partial(see_that_it_runs, folder)))
        forever += [(f"reader of {reader.service.name}", reader.run) for reader in self.readers]
        forever += [(f"consumer of {consumer.service.name}", consumer.run) for consumer in self.consumers]
        if self.relay is not None:
            forever.append(("relay", self.relay.run))
        forever += [work for service in self.services for work in self._work_of(service)]
        self._tasks = [asyncio.create_task(keep_running(name, work), name=name) for name, work in forever]

    def _work_of(self, service: Service) -> list[tuple[str, Callable[[], Awaitable[None]]]]:
        """Return what this process runs of a service beside its readers, by its name."""
        found: list[tuple[str, Callable[[], Awaitable[None]]]] = []
        if self.part != Part.PAGES:
            found += [(f"deadlines of {service.name}", due.run) for due in self._due(service)]
        works = {
            Part.WHOLE: [*service.running, *service.beside_readers],
            Part.PAGES: service.running,
            Part.READERS: service.beside_readers,
        }[self.part]
        return found + [(f"work of {service.name}", work) for work in dict.fromkeys(works)]

    async def stop(self) -> None:
        """Let what is being handled finish, then stop everything."""
        moving: list[Reader | Consumer | Relay] = [*self.readers, *self.consumers]
        if self.relay is not None:
            moving.append(self.relay)
        for each in moving:
            each.stopping.set()
        for reader in self.readers:
            reader.wake()
        working = [task for task in self._tasks if task.get_name().startswith(("reader", "consumer", "relay"))]
        if working:
            await asyncio.wait(working, timeout=15)
        await end_all(self._tasks)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Start, hand over, and stop whatever happened."""
        await self.start()
        try:
            yield
        finally:
            await self.stop()
            await self.tools.database.close()
            await self.tools.people.close()
