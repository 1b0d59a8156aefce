"""A small service of the tests' own: it hears `control.shown` and keeps what it heard."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from schemas.control import ControlShown
from services.shared.errors import NotYet, Refused
from services.shared.event_log import Cause
from services.shared.process import Process
from services.shared.service import Service, Tools, one_by_one
from services.shared.transactions import Work, transaction

AT = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)


@dataclass
class Toy:
    """A service whose handler does what the premises id of the event asks for."""

    name: str = "scorecard"
    tries: dict[str, int] = field(default_factory=dict)

    async def handle(self, event: ControlShown, work: Work) -> None:
        """Keep the id; "refuse…", "defect…" and "late…" fail in their own ways."""
        self.tries[event.premises_id] = self.tries.get(event.premises_id, 0) + 1
        await work.execute(
            text("INSERT INTO platform.local_users (name, password_hash, roles) VALUES (:id, '', '[]')"),
            {"id": event.premises_id},
        )
        if event.premises_id.startswith("refuse"):
            raise Refused("it may not be so")
        if event.premises_id.startswith("defect"):
            raise ZeroDivisionError
        if event.premises_id.startswith("late") and self.tries[event.premises_id] < 3:
            raise NotYet("what it needs is not here")

    def service(self) -> Service:
        """Return it, wired."""
        return Service(self.name, {"control.shown": one_by_one(self.handle)})


def shown(premises_id: str) -> ControlShown:
    """Return an event about a premises."""
    return ControlShown(premises_id=premises_id, revision=1, unverified=0, shown_at=AT)


async def say_all(tools: Tools, *premises_ids: str) -> None:
    """Say one event for each id, each in a transaction of its own."""
    for premises_id in premises_ids:
        async with transaction(tools.database, tools.clock, Cause("control", "test", "journey")) as session:
            session.say(shown(premises_id))


async def kept(tools: Tools) -> list[str]:
    """Return the ids the toy has kept."""
    async with tools.database.reading() as session:
        return [row[0] for row in await session.execute(text("SELECT name FROM platform.local_users ORDER BY name"))]


async def until(true: Callable[[], Any], *, seconds: float = 20.0, what: str = "it") -> None:
    """Wait until something holds; fails after `seconds`."""
    try:
        async with asyncio.timeout(seconds):
            while not await true():
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"{what} did not come about in {seconds:g} s") from None


@asynccontextmanager
async def running(tools: Tools, *services: Service, relays: bool = True) -> AsyncIterator[Process]:
    """Run services for the length of a block, leaving the test's database open."""
    process = Process(tools, services, relays=relays)
    await process.start()
    try:
        yield process
    finally:
        await process.stop()
