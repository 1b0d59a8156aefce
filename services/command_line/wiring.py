"""Which services there are, and how a process of some or all of them is put together."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext

import uvicorn
from fastapi import FastAPI
from sqlalchemy.exc import ProgrammingError
from sqlmodel import SQLModel, select

from schemas.vocabulary import Role
from services.control.app import build as control
from services.premises.app import build as premises
from services.protection.app import build as protection
from services.referrals.app import build as referrals
from services.risk_register.app import build as risk_register
from services.scorecard.app import build as scorecard
from services.shared.apart import EarlyBird, ReadersApart
from services.shared.clock import Clock, SystemClock
from services.shared.database import Database, database_address, for_psycopg
from services.shared.local_users import is_stamped, list_users, save_users
from services.shared.master_key import check_master_key
from services.shared.migrations import migrate
from services.shared.passwords import hash_password
from services.shared.process import Part, Process
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
    "protection": protection,
    "referrals": referrals,
    "scorecard": scorecard,
}
RELAY = "relay"
LOCAL_STATION = "71"


def prepare(settings: Settings, clock: Clock | None = None) -> Tools:
    """Return the tools of a process; refuses what is unsafe in production, and a master key that is not the database's.

    The embedded database is started and migrated; any other is migrated by `ravi migrate`, as its owner.
    """
    refuse_unsafe(settings)
    vault, address = vault_of(settings), database_address(settings)
    if settings.database == EMBEDDED:
        migrate(address)
    check_master_key(for_libpq(address), vault.master, keep=True)
    database = Database(address, evidence_key=vault.master.evidence_key())
    web = None
    if settings.web_database:
        web = Database(
            for_psycopg(settings.web_database),
            pool_size=4,
            password=settings.web_database_password,
            evidence_key=database.evidence_key,
        )
    return Tools(settings, database, clock or SystemClock(), vault, web)


def vault_of(settings: Settings) -> Vault:
    """Return the vault that the settings give the keys of."""
    return Vault(settings.master_key, [settings.master_key_old])


def for_libpq(address: str) -> str:
    """Return an address as libpq knows it."""
    return address.replace("postgresql+psycopg://", "postgresql://", 1)


def key_tables() -> list[str]:
    """Return the names of all tables that hold data keys: those of the plumbing, and those that services keep apart."""
    return sorted(name for name in SQLModel.metadata.tables if name.endswith(".sealing_keys"))


async def make_local_users(tools: Tools) -> None:
    """Make the local users that are missing, one for each role and named after it; never in production.

    One who was removed stays removed; one that this system did not make is replaced.
    """
    if tools.settings.is_production:
        return
    async with tools.people.reading() as session:
        kept = {user.name: user for user in (await session.exec(select(LocalUser))).all()}
        missing = [role for role in Role if role not in kept or not is_stamped(kept[role], tools.stamps)]
        made = [
            LocalUser(
                name=role.value,
                password_hash=await asyncio.to_thread(hash_password, role.value),
                roles=[role.value],
                station=LOCAL_STATION,
            )
            for role in missing
        ]
        await save_users(session, made, tools.stamps)
        await session.commit()


async def refuse_local_users(tools: Tools) -> None:
    """Raise `ValueError` if this is production and the database still has local users, whoever made them."""
    if not tools.settings.is_production:
        return
    try:
        async with tools.people.reading() as session:
            names = [user.name for user in await list_users(session)]
    except ProgrammingError as problem:
        raise ValueError(
            "refusing to start in production: the database's user may not read who is signed in: name the web side's "
            "own user in RAVI_WEB_DATABASE"
        ) from problem
    if names:
        raise ValueError(
            f"refusing to start in production: the database has {len(names)} local users ({', '.join(names[:3])}"
            f"{', …' if len(names) > 3 else ''}): remove them with `ravi user remove --all`"
        )


def assemble(
    tools: Tools,
    names: Sequence[str],
    *,
    relays: bool,
    apart: ReadersApart | None = None,
    early: EarlyBird | None = None,
) -> tuple[FastAPI, Process]:
    """Return the application and the process of some services; the navigation is that of all of them.

    Where the readers are a process `apart`, this one runs the pages; `early` is that process if it was started already.
    """
    wired = {name: build(tools) for name, build in SERVICES.items()}
    services = [wired[name] for name in names]
    navigation = [item for service in wired.values() for item in service.navigation]
    banners = [banner for service in wired.values() for banner in service.banners]
    process = Process(tools, services, relays=relays, part=Part.PAGES if apart else Part.WHOLE)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await make_local_users(tools)
        async with process.running(), apart.running(early) if apart else nullcontext():
            yield

    folders = [folder for service in wired.values() for folder in service.static]
    return create_app(tools, services, navigation, lifespan, process.stopped, banners, folders, apart), process


def with_readers_apart(tools: Tools, early: EarlyBird, *, log_level: str = "INFO") -> tuple[FastAPI, ReadersApart]:
    """Return the application of all services whose readers are a process of their own, and that process."""
    apart = ReadersApart(tools.settings, tools.database.plain_address, log_level=log_level)
    application, _ = assemble(tools, list(SERVICES), relays=False, apart=apart, early=early)
    return application, apart


class Server(uvicorn.Server):
    """A web server on 127.0.0.1 that can be awaited until it answers.

    Only what `trusted_proxy` names (addresses or networks, commas between) may say whom it speaks for, and whether
    they came by HTTPS.
    """

    def __init__(self, app: FastAPI, port: int, host: str = "127.0.0.1", trusted_proxy: str = "") -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                http=PunctualProtocol,
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=5,
                proxy_headers=bool(trusted_proxy),
                forwarded_allow_ips=trusted_proxy,
            )
        )

    async def until_ready(self) -> None:
        """Wait until requests are answered; raises `RuntimeError` if the server stopped instead."""
        while not self.started:
            if self.should_exit:
                raise RuntimeError("the server stopped before it was ready: is the port in use?")
            await asyncio.sleep(0.02)
