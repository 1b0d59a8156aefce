"""Which services there are, and how a process of some or all of them is put together."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select

from schemas.vocabulary import Role
from services.control.app import build as control
from services.premises.app import build as premises
from services.referrals.app import build as referrals
from services.risk_register.app import build as risk_register
from services.scorecard.app import build as scorecard
from services.shared.clock import Clock, SystemClock
from services.shared.database import Database, database_address
from services.shared.identity import hash_password
from services.shared.migrations import migrate
from services.shared.process import Process
from services.shared.secrets import Vault
from services.shared.service import Tools
from services.shared.settings import EMBEDDED, Settings, refuse_unsafe
from services.shared.tables import LocalUser
from services.shared.web.app import create_app
from services.shared.web.punctual import PunctualProtocol
from services.visits.app import build as visits

# In the order in which people find their pages in the menu.
SERVICES = {
    "visits": visits,
    "premises": premises,
    "risk_register": risk_register,
    "control": control,
    "referrals": referrals,
    "scorecard": scorecard,
}
RELAY = "relay"
LOCAL_STATION = "71"


def prepare(settings: Settings, clock: Clock | None = None) -> Tools:
    """Return the tools of a process; refuses what is unsafe in production.

    The embedded database is started and migrated; any other is migrated by `ravi migrate`, as its owner.
    """
    refuse_unsafe(settings)
    address = database_address(settings)
    if settings.database == EMBEDDED:
        migrate(address)
    return Tools(settings, Database(address), clock or SystemClock(), Vault(settings.master_key))


async def make_local_users(tools: Tools) -> None:
    """Make the local users that are missing, one for each role and named after it; never in production."""
    if tools.settings.is_production:
        return
    async with tools.database.reading() as session:
        known = set((await session.exec(select(LocalUser.name))).all())
        missing = [role for role in Role if role.value not in known]
        if not missing:
            return
        rows = [
            {
                "name": role.value,
                "password_hash": await asyncio.to_thread(hash_password, role.value),
                "roles": [role.value],
                "station": LOCAL_STATION,
            }
            for role in missing
        ]
        await session.execute(insert(LocalUser).values(rows).on_conflict_do_nothing())
        await session.commit()


def assemble(tools: Tools, names: Sequence[str], *, relays: bool) -> tuple[FastAPI, Process]:
    """Return the application and the process of some services; the navigation is that of all of them."""
    wired = {name: build(tools) for name, build in SERVICES.items()}
    services = [wired[name] for name in names]
    navigation = [item for service in wired.values() for item in service.navigation]
    banners = [banner for service in wired.values() for banner in service.banners]
    process = Process(tools, services, relays=relays)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await make_local_users(tools)
        async with process.running():
            yield

    folders = [folder for service in wired.values() for folder in service.static]
    return create_app(tools, services, navigation, lifespan, process.stopped, banners, folders), process


class Server(uvicorn.Server):
    """A web server on 127.0.0.1 that can be awaited until it answers."""

    def __init__(self, app: FastAPI, port: int, host: str = "127.0.0.1") -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                http=PunctualProtocol,
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=5,
            )
        )

    async def until_ready(self) -> None:
        """Wait until requests are answered; raises `RuntimeError` if the server stopped instead."""
        while not self.started:
            if self.should_exit:
                raise RuntimeError("the server stopped before it was ready: is the port in use?")
            await asyncio.sleep(0.02)
