"""A PostgreSQL for measuring alone: made in a temporary folder, gone afterwards, never the one that holds records."""

import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from psycopg import sql

from services.premises.handlers.load_gazetteer import Loader
from services.shared.clock import SystemClock
from services.shared.database import Database, embedded_server
from services.shared.migrations import migrate
from services.shared.secrets import Vault
from services.shared.service import Tools
from services.shared.settings import Settings

TEMPLATE = "ravi_template"


@dataclass(frozen=True)
class ThrowAway:
    """A running server with nothing in it, and a folder that goes with it."""

    folder: Path
    address: str

    def named(self, name: str) -> str:
        """Return the address of one of its databases, for psycopg alone."""
        return self.address.replace("/postgres?", f"/{name}?", 1)

    def create(self, name: str, template: str = "template1") -> str:
        """Make a database and return its address."""
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(copy)
        return self.named(name)

    def drop(self, name: str) -> None:
        """Remove a database, whoever is in it."""
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def tools(self, name: str, kafka: str = "", *, idempotent: bool = True) -> Tools:
        """Return the tools of a service on one of its databases; nothing is taken from the environment."""
        settings = Settings(
            database=self.named(name), kafka=kafka, kafka_idempotence=idempotent, data_dir=self.folder / "data"
        )
        return Tools(settings, Database(for_sqlalchemy(self.named(name))), SystemClock(), Vault(settings.master_key))


def for_sqlalchemy(address: str) -> str:
    """Return an address as SQLAlchemy takes it."""
    return address.replace("postgresql://", "postgresql+psycopg://", 1)


@contextmanager
def leaving_nothing() -> Iterator[None]:
    """Let a request to stop (SIGTERM) unwind the block, so that servers end and folders go."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def throwaway_server() -> Iterator[ThrowAway]:
    """Give a server with PostgreSQL's own settings, durability included; it ends and is removed with the block."""
    with leaving_nothing(), TemporaryDirectory(prefix="ravi-bench-", ignore_cleanup_errors=True) as folder:
        server = embedded_server(Path(folder) / "postgres")
        try:
            yield ThrowAway(Path(folder), server.get_uri())
        finally:
            server.cleanup()


async def prepare_template(server: ThrowAway, files: tuple[Path, ...] = ()) -> None:
    """Make a migrated database to copy from, with reference data loaded as an operator loads it."""
    migrate(for_sqlalchemy(server.create(TEMPLATE)))
    tools = server.tools(TEMPLATE)
    loader = Loader(tools.database, tools.clock, actor="bench")
    for file in files:
        await loader.load(file)
    await tools.database.close()
    with psycopg.connect(server.named(TEMPLATE), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def free_port() -> int:
    """Return a port on 127.0.0.1 that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
