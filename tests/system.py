"""A whole system in one test: real PostgreSQL, the real routes, the real handlers, a clock that the test sets."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
from fastapi import FastAPI
from sqlalchemy import text

from schemas.envelope import Event
from schemas.upgrades import read
from schemas.vocabulary import Role
from services.command_line.wiring import SERVICES
from services.shared.event_log import Cause, LoggedEvent, read_after
from services.shared.identity import Person
from services.shared.process import Process
from services.shared.service import Service, Tools
from services.shared.sign_ins import let_in
from services.shared.tables import QuarantinedMessage
from services.shared.transactions import transaction
from services.shared.web.app import create_app


class System:
    """Some services on one database. Nothing runs by itself: `settle()` delivers until all is quiet."""

    def __init__(self, tools: Tools, services: Sequence[Service]) -> None:
        self.tools = tools
        self.services = services
        self.process = Process(tools, services, relays=False)
        self._clients = AsyncExitStack()

        navigation = [item for service in services for item in service.navigation]
        banners = [banner for service in services for banner in service.banners]

        @asynccontextmanager
        async def nothing_to_start(_app: FastAPI) -> AsyncIterator[None]:
            yield

        folders = [folder for service in services for folder in service.static]
        self.app = create_app(tools, services, navigation, nothing_to_start, self.process.stopped, banners, folders)

    async def start(self) -> None:
        """Let every service prepare."""
        for service in self.services:
            for prepare in service.starting:
                await prepare()

    async def settle(self) -> None:
        """Deliver everything that was said, and what that leads to, until nothing more happens."""
        await self.process.settle()

    async def client(self, *roles: Role, name: str = "", station: str | None = "S1") -> httpx.AsyncClient:
        """Return a client signed in by a bearer token with these roles (none: signed out)."""
        headers = {}
        if roles:
            person = Person(name or roles[0].value, tuple(role.value for role in roles), station)
            secret = await signed_in(self.tools, person, "token")
            headers["Authorization"] = f"Bearer {secret}"
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, raise_app_exceptions=True),
            base_url="http://ravi.test",
            headers=headers,
        )
        return await self._clients.enter_async_context(client)

    async def say(self, *events: Event, source: str = "test") -> None:
        """Say events as if another service had."""
        cause = Cause(source, source, "test-correlation")
        async with transaction(self.tools.database, self.tools.clock, cause) as session:
            for event in events:
                session.say(event)

    async def said(self, topic: str | None = None) -> list[Event]:
        """Return every event in the log, or on one topic, in order."""
        return [read(logged.envelope) for logged in await self.log(topic)]

    async def log(self, topic: str | None = None) -> list[LoggedEvent]:
        """Return the log as it was written."""
        async with self.tools.database.reading() as session:
            return await read_after(session, 0, topics=[topic] if topic else None, limit=100_000)

    async def quarantined(self) -> list[QuarantinedMessage]:
        """Return the messages that wait in quarantine."""
        from services.shared.quarantine import list_waiting

        async with self.tools.database.reading() as session:
            return list(await list_waiting(session))

    async def rows(self, sql: str) -> list[tuple[object, ...]]:
        """Return the rows of a query, for looking at what was kept."""
        async with self.tools.database.reading() as session:
            return [tuple(row) for row in (await session.execute(text(sql))).all()]

    async def close(self) -> None:
        """Close the clients."""
        await self._clients.aclose()


async def signed_in(tools: Tools, person: Person, kind: str) -> str:
    """Return the secret of a new session or token of somebody, who is made a user if they are not one."""
    async with transaction(tools.people, tools.clock, Cause("platform", "test", "test")) as session:
        return await let_in(session, person, kind, tools.clock.now(), tools.stamps)


async def a_system(tools: Tools, names: Sequence[str] = tuple(SERVICES)) -> System:
    """Return a started system of some services, all of them unless named, with the local users."""
    system = System(tools, [SERVICES[name](tools) for name in names])
    await system.start()
    return system
