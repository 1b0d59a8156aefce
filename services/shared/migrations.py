"""Bring the database to the current schema: numbered steps, each run once, safe to start twice at once."""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, text

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parents[2] / "deploy" / "migrations"
MIGRATION_LOCK = 0x4D494752


def configuration() -> "Config":
    """Return Alembic's configuration; raises `FileNotFoundError` where the migrations were not installed."""
    if not (MIGRATIONS / "env.py").is_file():
        raise FileNotFoundError(f"the migrations are not at {MIGRATIONS}: run from a checkout or the image")
    from alembic.config import Config  # here, as only a process that migrates needs it

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config


def newest_revision() -> str:
    """Return the newest migration; raises if the migrations have more than one head."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(configuration()).get_current_head() or ""


def migrate(address: str) -> str:
    """Run every migration that the database lacks and return the revision it is at.

    A lock makes a second run at the same time wait and then find nothing to do.
    """
    from alembic import command

    config = configuration()
    engine = create_engine(address)
    with engine.connect() as connection, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": MIGRATION_LOCK})
        try:
            connection.execute(text("CREATE SCHEMA IF NOT EXISTS platform"))
            connection.commit()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
            at = connection.execute(text("SELECT version_num FROM platform.alembic_version")).scalar_one()
        finally:
            connection.rollback()
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": MIGRATION_LOCK})
            connection.commit()
    engine.dispose()
    return str(at)
