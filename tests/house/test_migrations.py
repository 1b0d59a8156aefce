"""The migrations: one line of them, and they make what the code expects, no more and no less."""

import importlib
from contextlib import closing

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlmodel import SQLModel

from services.command_line.wiring import SERVICES
from services.control.tables.surroundings import Ring
from services.shared.migrations import configuration, migrate, newest_revision
from services.shared.tables import TransactionId

SCHEMAS = {"platform", "safeguarding", *SERVICES}


def differences(address: str) -> list[str]:
    """Return how the tables in the code differ from a migrated database."""
    for service in SERVICES:
        importlib.import_module(f"services.{service}.app")
    ischema_names["xid8"] = TransactionId
    ischema_names["polygon"] = Ring
    engine = create_engine(address.replace("postgresql://", "postgresql+psycopg://", 1))
    with closing(engine.connect()) as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_schemas": True,
                "include_name": lambda name, kind, _parents: kind != "schema" or name in SCHEMAS,
                "include_object": lambda _thing, name, kind, *_: (kind, name) != ("table", "alembic_version"),
                "compare_type": True,
            },
        )
        found = compare_metadata(context, SQLModel.metadata)
    engine.dispose()
    return [str(each) for each in found]


def test_the_migrations_are_one_numbered_line() -> None:
    steps = list(ScriptDirectory.from_config(configuration()).walk_revisions())
    assert [step.revision for step in reversed(steps)] == [f"{number:04}" for number in range(1, len(steps) + 1)]
    assert newest_revision() == steps[0].revision


def test_the_migrations_make_exactly_the_tables_in_the_code(database_address: str) -> None:
    assert differences(database_address) == []


def test_migrating_again_finds_nothing_to_do(database_address: str) -> None:
    address = database_address.replace("postgresql://", "postgresql+psycopg://", 1)
    assert migrate(address) == newest_revision()
