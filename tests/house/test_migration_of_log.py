"""A log from before it was chained: the migration chains it, what is said then goes on from there, and all verifies."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from alembic import command
from psycopg.types.json import Jsonb
from sqlalchemy import create_engine

from schemas.control import DangerShown
from services.shared.clock import SystemClock
from services.shared.database import Database
from services.shared.event_log import Cause
from services.shared.migrations import configuration, migrate
from services.shared.secrets import Vault
from services.shared.service import Tools
from services.shared.settings import Settings
from services.shared.transactions import transaction
from tests.evidence import verified

BEFORE = "0023"
LINES = 2_500  # more than two batches
# Numbers of every kind: what Python writes is not always what PostgreSQL keeps.
PAYLOAD = {"z": 1.0, "a": [1e22, 5e-324, -0.0, 1234567890123456789.5, 0.1, 10**20], "words": "Café  \U0001f525"}
SAY = """
    INSERT INTO platform.event_log (topic, key, event_id, type, source, correlation_id, payload, occurred_at, said_at)
    VALUES ('control.danger-shown', %s, %s, 'uk.frs.ravi.control.danger-shown.v1', 'control', 'c', %s, now(), now())
"""


@pytest.fixture
def used_before(postgres: str) -> Iterator[str]:
    """Return the address of a database of the version before, with a log, brought to today's."""
    name = f"t_{uuid4().hex}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    address = postgres.replace("/postgres?", f"/{name}?", 1)
    engine = create_engine(for_sqlalchemy(address))
    with engine.connect() as migrating:
        migrating.exec_driver_sql("CREATE SCHEMA platform")
        migrating.commit()
        config = configuration()
        config.attributes["connection"] = migrating
        command.upgrade(config, BEFORE)
        migrating.commit()
    engine.dispose()
    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        cursor.executemany(SAY, [(str(number), uuid4(), Jsonb(PAYLOAD)) for number in range(LINES)])
    migrate(for_sqlalchemy(address))
    yield address
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def for_sqlalchemy(address: str) -> str:
    return address.replace("postgresql://", "postgresql+psycopg://", 1)


@pytest.fixture
async def tools(used_before: str, tmp_path: Any) -> Any:
    """Return the tools of a service on that database."""
    database = Database(for_sqlalchemy(used_before))
    settings = Settings(data_dir=tmp_path)
    yield Tools(settings, database, SystemClock(), Vault(settings.master_key))
    await database.close()


async def say_more(tools: Tools) -> None:
    shown = DangerShown(visit_id="later", is_settled=True, shown_at=datetime.now(UTC))
    async with transaction(tools.database, tools.clock, Cause("control", "test", "c")) as session:
        session.say(shown)


async def test_an_old_log_verifies_after_the_migration_and_goes_on_from_there(tools: Tools) -> None:
    found = await verified(tools)
    assert ([str(each) for each in found.broken], found.lines["platform.event_log"]) == ([], LINES)
    await say_more(tools)
    found = await verified(tools)
    assert ([str(each) for each in found.broken], found.lines["platform.event_log"]) == ([], LINES + 1)


async def test_after_the_first_line_under_the_key_none_without_it_is_believed(tools: Tools, used_before: str) -> None:
    await say_more(tools)
    with psycopg.connect(used_before, autocommit=True) as attacker:
        attacker.execute("SET session_replication_role = replica")
        attacker.execute("UPDATE platform.event_log SET source = 'x' WHERE position = 7")
    broken = (await verified(tools)).broken
    assert [(each.where, each.at) for each in broken] == [("platform.event_log", 7)]


async def test_the_log_is_append_only_again_after_the_migration(used_before: str) -> None:
    with psycopg.connect(used_before) as connection, pytest.raises(psycopg.errors.RaiseException, match="append-only"):
        connection.execute("DELETE FROM platform.event_log")
