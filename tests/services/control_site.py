"""A running site for tests of what is live: a real server, the real readers, a browser's and a machine's sign-in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from schemas.vocabulary import Role
from services.command_line.wiring import Server
from services.shared.identity import COOKIE, Person
from tests.system import System, signed_in

ANY_PORT = 0


def address_of(server: Server) -> str:
    """Return where a server answers that has taken whatever port was free: nobody can take it in between."""
    _, port = server.servers[0].sockets[0].getsockname()
    return f"http://127.0.0.1:{port}"


@dataclass
class Site:
    """A system that runs by itself behind an address."""

    system: System
    address: str
    server: Server
    serving: asyncio.Task[None]

    async def stop_serving(self) -> None:
        """Stop the web server as a crash would: its open streams end at once."""
        self.server.should_exit = True
        for task in list(self.server.server_state.tasks):
            task.cancel()
        await self.serving

    async def secret(self, role: Role, kind: str, watch: str | None = None) -> str:
        """Return the secret of a new session or token of somebody with this role."""
        tools = self.system.tools
        person = Person(role.value, (role.value,), "S1", watch)
        return await signed_in(tools, person, kind)

    async def machine(self, role: Role) -> httpx.AsyncClient:
        """Return a client with a token; the caller closes it."""
        token = await self.secret(role, "token")
        return httpx.AsyncClient(base_url=self.address, headers={"Authorization": f"Bearer {token}"}, timeout=10)

    async def cookie(self, role: Role, watch: str | None = None) -> dict[str, str]:
        """Return the cookie of a signed-in browser."""
        return {"name": COOKIE, "value": await self.secret(role, "session", watch), "url": self.address}


@asynccontextmanager
async def running(system: System) -> AsyncIterator[Site]:
    """Run a system's readers and its web server on a free port of this machine."""
    server = Server(system.app, ANY_PORT)
    async with system.process.running():
        serving = asyncio.create_task(server.serve())
        await server.until_ready()
        site = Site(system, address_of(server), server, serving)
        try:
            yield site
        finally:
            await site.stop_serving()
