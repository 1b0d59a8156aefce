"""A whole system to send requests to: real server, real PostgreSQL, in a thread of its own, with work on every desk."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from schemas.vocabulary import Role
from services.command_line.wiring import SERVICES, Server, assemble
from services.shared.clock import SetClock
from services.shared.database import Database
from services.shared.identity import COOKIE, Person
from services.shared.secrets import Vault
from services.shared.service import Tools
from services.shared.settings import Settings
from services.shared.web.openapi import openapi_of
from tests.builders import NOW
from tests.services import referrals_desk
from tests.system import System, a_system, signed_in

HAZARD = {"code": "CYL_ACETYLENE", "count": 2, "location": "Rear yard"}
RISER = {"kind": "DRY_RISER", "status": "WORKING", "location": "NW stair"}
HELP = {"unit_ref": "Flat 12", "floor": "2", "assistance": "PHYSICAL_1", "ees_exists": True, "consent_state": "GIVEN"}


async def fill(tools: Tools) -> None:
    """Put work on every desk: visits placed and not, reviews, referrals of each stream, an alarm, consented needs."""
    system: System = await a_system(tools)
    kinds: list[tuple[list[dict[str, Any]], dict[str, Any]]] = [
        ([], {}),
        ([referrals_desk.LOCKED_EXIT], {"hazards": [HAZARD], "none_found": False}),
        ([referrals_desk.CHILD], {"people": [HELP]}),
        ([referrals_desk.LOCKED_EXIT | referrals_desk.SPOKEN], {"systems": [RISER]}),
    ]
    for number, (referrals, more) in enumerate(kinds):
        visit_id = await referrals_desk.send(system, *referrals, **more)
        if number:
            await referrals_desk.locate(system, visit_id, f"99990000001{number}")
    await system.close()


IDS = """
SELECT visit_id FROM visits.visits UNION SELECT premises_id FROM control.places
UNION SELECT id::text FROM referrals.referrals UNION SELECT id::text FROM safeguarding.cases
UNION SELECT id::text FROM referrals.alarms
"""


@dataclass
class FuzzedSite:
    """A running system, what it promises, who may sign in, and the ids of what is in it."""

    address: str
    app: FastAPI
    tools: Tools
    loop: asyncio.AbstractEventLoop
    ids: list[str] = field(default_factory=list)

    def promised(self) -> dict[str, Any]:
        """Return its OpenAPI document."""
        return openapi_of(self.app)

    def sign_in(self, role: Role) -> dict[str, str]:
        """Return the header of a new bearer token."""
        return {"Authorization": f"Bearer {self._secret(role, 'token')}"}

    def cookie(self, role: Role) -> dict[str, str]:
        """Return the cookie of a new browser's sign-in."""
        return {COOKIE: self._secret(role, "session")}

    def _secret(self, role: Role, kind: str) -> str:
        begun = signed_in(self.tools, Person(role.value, (role.value,), "S1"), kind)
        return asyncio.run_coroutine_threadsafe(begun, self.loop).result(30)


@contextmanager
def running(address: str, folder: Path) -> Iterator[FuzzedSite]:
    """Run all services on a filled database until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started, sites, servers = threading.Event(), [], []

    async def serve() -> None:
        settings = Settings(data_dir=folder, port=port)
        database = Database(address.replace("postgresql://", "postgresql+psycopg://", 1))
        tools = Tools(settings, database, SetClock(NOW), Vault(settings.master_key))
        app, _process = assemble(tools, list(SERVICES), relays=False)
        server = Server(app, port)
        serving = asyncio.create_task(server.serve())
        await server.until_ready()
        async with database.reading() as session:
            from sqlalchemy import text

            ids = [str(row[0]) for row in (await session.execute(text(IDS))).all()]
        sites.append(FuzzedSite(f"http://127.0.0.1:{port}", app, tools, asyncio.get_running_loop(), sorted(ids)))
        servers.append(server)
        started.set()
        await serving

    thread = threading.Thread(target=asyncio.run, args=(serve(),), name="fuzzed site")
    thread.start()
    if not started.wait(60):
        raise RuntimeError("the site did not start")
    try:
        yield sites[0]
    finally:
        servers[0].should_exit = True
        thread.join(30)
