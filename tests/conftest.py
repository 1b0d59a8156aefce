"""What every test may ask for: a fresh database on a real PostgreSQL, a clock, a whole system."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import hypothesis
import psycopg
import pytest

from services.shared.clock import SetClock
from services.shared.database import Database, embedded_server
from services.shared.migrations import migrate
from services.shared.secrets import Vault
from services.shared.service import Tools
from services.shared.settings import Settings
from tests.builders import NOW
from tests.system import System, a_system

# The machine may be busy: what is slow is measured by the benchmarks, not by a deadline on each example.
hypothesis.settings.register_profile("ravi", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ravi")

KENT = Path(__file__).parents[2] / "shared" / "data" / "kent"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a module in one process, and all that share the topics of one Kafka in one too."""
    for item in items:
        group = "kafka" if item.get_closest_marker("kafka") else item.nodeid.partition("::")[0]
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Return the address of a PostgreSQL with a migrated database called `template_ravi` to copy from."""
    folder = Path(tempfile.mkdtemp(prefix="ravi-test-"))
    server = embedded_server(folder / "postgres")
    address = server.get_uri()
    with psycopg.connect(address, autocommit=True) as connection:
        # Tests need no durability: the machine may lose them.
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("ALTER SYSTEM SET synchronous_commit = off")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("CREATE DATABASE template_ravi")
    migrate(_named(address, "template_ravi").replace("postgresql://", "postgresql+psycopg://", 1))
    yield address
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _named(address: str, database: str) -> str:
    return address.replace("/postgres?", f"/{database}?", 1)


@contextmanager
def fresh_database(postgres: str) -> Iterator[str]:
    """Give the libpq address of a fresh, migrated, empty database, dropped at the end."""
    name = f"t_{uuid4().hex}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template_ravi STRATEGY FILE_COPY")
    yield _named(postgres, name)
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database_address(postgres: str) -> Iterator[str]:
    """Return the libpq address of a fresh, migrated, empty database of this test's own."""
    with fresh_database(postgres) as address:
        yield address


@pytest.fixture
async def database(database_address: str) -> AsyncIterator[Database]:
    """Return the database of this test."""
    database = Database(database_address.replace("postgresql://", "postgresql+psycopg://", 1))
    yield database
    await database.close()


@pytest.fixture
def clock() -> SetClock:
    """Return a clock that stands at 14:02 UTC on Sunday 22 November 2026 until it is moved."""
    return SetClock(NOW)


@pytest.fixture
def tools(database: Database, clock: SetClock, tmp_path: Path) -> Tools:
    """Return the tools of a service."""
    settings = Settings(data_dir=tmp_path)
    return Tools(settings, database, clock, Vault(settings.master_key))


@pytest.fixture
async def system(tools: Tools) -> AsyncIterator[System]:
    """Return all six services on this test's database; nothing moves until `await system.settle()`."""
    whole = await a_system(tools)
    yield whole
    await whole.close()


@pytest.fixture(scope="session")
def kent() -> Path:
    """Return the folder of the development data of Kent; the test is skipped where it is not."""
    folder = Path(os.environ.get("RAVI_KENT", KENT))
    if not folder.is_dir():
        pytest.skip(f"the development data of Kent is not at {folder}")
    return folder
