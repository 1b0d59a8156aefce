"""The demonstration's database: marked as such, and the only one that the demonstration ever clears."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import psycopg
from psycopg import sql

from services.shared.database import embedded_server
from services.shared.settings import EMBEDDED, Settings

NAME = "postgres"
SIGN = "serving.json"
MARK = "RAVI: this is a demonstration. What it holds is cleared when the next one begins."
READ_MARK = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
# Whatever somebody has made in a database that is new otherwise.
COUNT_TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"


def _address(settings: Settings, database: str) -> str:
    return str(embedded_server(settings.data_dir / "postgres").get_uri(database=database))


def is_demonstration(address: str) -> bool:
    """Return whether the database at an address is marked as a demonstration's."""
    with psycopg.connect(address) as connection:
        mark = connection.execute(READ_MARK, (connection.info.dbname,)).fetchone()
    return mark is not None and mark[0] == MARK


def look_at(settings: Settings) -> int | None:
    """Return how many visits an earlier demonstration left, None if there was none.

    Raises `ValueError` if the database of the folder holds anything that is not marked as a demonstration's.
    """
    with psycopg.connect(_address(settings, "template1")) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (NAME,)).fetchone() is None:
            return None  # ended between clearing the old one and making the new one
    address = _address(settings, NAME)
    with psycopg.connect(address) as connection:
        if not is_demonstration(address):
            tables = connection.execute(COUNT_TABLES).fetchone()
            if tables is not None and tables[0]:
                raise ValueError(
                    f"the database in {settings.data_dir} is not marked as a demonstration and holds something: it is "
                    "left as it is. Move that folder away, or name another in RAVI_DATA_DIR"
                )
            return None
        if connection.execute("SELECT to_regclass('visits.visits')").fetchone() == (None,):
            return None
        visits = connection.execute("SELECT count(*) FROM visits.visits").fetchone()
        return visits[0] if visits else 0


def begin_afresh(settings: Settings) -> None:
    """Clear the demonstration's database and mark the new one before anything is in it.

    Raises `ValueError` while a process works on it. Call `look_at` first: it refuses what is not a demonstration's.
    """
    with psycopg.connect(_address(settings, "template1"), autocommit=True) as connection:
        database = sql.Identifier(NAME)
        try:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(database))
        except psycopg.errors.ObjectInUse:
            raise ValueError(
                f"another process works on the demonstration in {settings.data_dir}: stop it first"
            ) from None
        shutil.rmtree(settings.heads_folder, ignore_errors=True)  # those of a log that is no more
        connection.execute(sql.SQL("CREATE DATABASE {}").format(database))
        connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(database, sql.Literal(MARK)))


def settings_of_the_demo(settings: Settings) -> Settings:
    """Return the settings with a folder, and so a database, that is the demonstration's alone.

    Raises `ValueError` where a database is named or in production: nothing there is for a demonstration to touch.
    """
    if settings.database != EMBEDDED or settings.is_production:
        raise ValueError(
            "the demo has an embedded database of its own: it does not run with RAVI_DATABASE or in production"
        )
    return replace(settings, data_dir=settings.data_dir / "demo")


@contextmanager
def serving(settings: Settings) -> Iterator[None]:
    """Leave a sign for as long as the demonstration serves, so that `ravi token` finds it."""
    sign = settings.data_dir / SIGN
    sign.write_text(json.dumps({"process": os.getpid(), "port": settings.port}))
    try:
        yield
    finally:
        sign.unlink(missing_ok=True)


def demonstration_that_serves(settings: Settings) -> Settings | None:
    """Return the settings of the demonstration that serves on the port of these settings, None if none does."""
    if settings.database != EMBEDDED or settings.is_production:
        return None
    demo = settings_of_the_demo(settings)
    try:
        sign = json.loads((demo.data_dir / SIGN).read_text())
        os.kill(sign["process"], 0)
    except (OSError, ValueError):
        return None
    return demo if sign["port"] == settings.port else None
