"""A database that was used before its history was split: both histories are whole, and the open one names no case."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest
from alembic import command
from sqlalchemy import create_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from services.referrals.store.history import HISTORY
from services.shared.clock import SystemClock
from services.shared.database import Database
from services.shared.history import link
from services.shared.migrations import configuration, migrate
from services.shared.secrets import Vault
from services.shared.service import Tools
from services.shared.settings import Settings
from services.shared.tables import HistoryEntry
from services.visits.handlers.marking import mark_old_visits
from tests.evidence import first_broken_link

AT = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)
HASH = "5e" * 32
VAULT = Vault("a master key that was used before")
DONE = [
    ("visits", "visit/1", "received"),
    ("referrals", "case/0197a0b0-0000-7000-8000-000000000001", "raised"),
    ("visits", "visit/2", "received"),
    ("visits", "visit/3", "received"),
    ("referrals", "case/0197a0b0-0000-7000-8000-000000000001", "read"),
    ("referrals", "need/0197a0b0-0000-7000-8000-000000000002", "consent withdrawn"),
    ("risk_register", "premises/1", "published"),
]


def old_history() -> list[HistoryEntry]:
    """Return entries as the system kept them before the split, in one chain."""
    entries, previous = [], "0" * 64
    for number, (service, record, action) in enumerate(DONE):
        entry = HistoryEntry(
            service=service,
            record=record,
            action=action,
            actor="ff-31",
            at=AT + timedelta(minutes=number),
            details={"content": HASH, "a": "Caf\u00e9"},
            correlation_id="c",
            previous_hash=previous,
            hash="",
        )
        entry.hash = previous = link(previous, entry)
        entries.append(entry)
    return entries


@pytest.fixture
def used_before(postgres: str) -> Iterator[str]:
    """Return the address of a database of the version before the split, with a history."""
    name = f"t_{uuid4().hex}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    address = postgres.replace("/postgres?", f"/{name}?", 1)
    engine = create_engine(address.replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE SCHEMA platform")
        connection.commit()
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, "0020")
        connection.execute(
            HistoryEntry.__table__.insert(),  # type: ignore[attr-defined]
            [entry.model_dump(exclude={"number"}) for entry in old_history()],
        )
        connection.exec_driver_sql(
            "INSERT INTO visits.visits (visit_id, content_sha256, submitted_by, station, received_at, open_part, "
            "warnings) VALUES ('1', %s, 'ff-31', 'S1', now(), '{}', '[]')",
            (HASH,),
        )
        connection.commit()
    engine.dispose()
    migrate(address.replace("postgresql://", "postgresql+psycopg://", 1))
    yield address
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def kept(address: str, table: str) -> list[tuple[object, ...]]:
    """Return the number, record and action of every entry."""
    with psycopg.connect(address) as connection:
        return connection.execute(f"SELECT number, record, action FROM {table} ORDER BY number").fetchall()


async def test_what_was_kept_of_cases_moves_out_of_the_open_history_without_a_gap(used_before: str) -> None:
    opened = kept(used_before, "platform.history")
    assert [entry[:2] for entry in opened] == [
        (1, "visit/1"),
        (2, "visit/2"),
        (3, "visit/3"),
        (4, "premises/1"),
        (5, "history"),
    ]
    assert "linked anew" in str(opened[-1][2])
    assert [entry[2] for entry in kept(used_before, "safeguarding.history")] == ["raised", "read", "consent withdrawn"]


async def test_both_histories_are_whole_and_the_old_one_stays_as_evidence(used_before: str) -> None:
    database = Database(used_before.replace("postgresql://", "postgresql+psycopg://", 1))
    async with database.reading() as session:
        assert isinstance(session, AsyncSession)
        assert await first_broken_link(session) is None
        assert await first_broken_link(session, HISTORY) is None
    await database.close()
    with psycopg.connect(used_before) as connection:
        hashes = connection.execute("SELECT hash FROM safeguarding.history_until_0021 ORDER BY number").fetchall()
        assert [each for (each,) in hashes] == [entry.hash for entry in old_history()]
        for table in ("platform.history", "safeguarding.history", "safeguarding.history_until_0021"):
            with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
                connection.execute(f"DELETE FROM {table}")
            connection.rollback()


async def test_no_hash_of_what_was_sent_lies_open_and_a_visit_is_still_known_again(used_before: str) -> None:
    database = Database(used_before.replace("postgresql://", "postgresql+psycopg://", 1))
    await mark_old_visits(Tools(Settings(), database, SystemClock(), VAULT))
    await database.close()
    with psycopg.connect(used_before) as connection:
        marks = connection.execute("SELECT visit_id, content_mark FROM visits.visits").fetchall()
        opened = [text for (text,) in connection.execute("SELECT h::text FROM platform.history AS h").fetchall()]
        opened += [text for (text,) in connection.execute("SELECT v::text FROM visits.visits AS v").fetchall()]
    assert marks == [("1", VAULT.mark_of(f"visit/1/{HASH}"))]
    assert [text for text in opened if HASH in text and "received" in text] == []
