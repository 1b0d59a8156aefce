"""Rows for the database, many at a time: one statement keeps a whole batch, taking its rows as one JSON text."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic_core import to_json
from sqlalchemy import TextClause, text
from sqlmodel.ext.asyncio.session import AsyncSession


def as_rows(rows: Sequence[Any] | Mapping[str, Any]) -> str:
    """Return rows as the one parameter that `jsonb_populate_recordset` takes apart again, by the names of columns.

    A row is a mapping, a dataclass or a model; a column that it does not name is NULL. Bytes are given as the text
    that PostgreSQL reads: a backslash, an x, and their hexadecimal digits. A mapping alone is one
    row, without brackets.
    """
    return to_json(rows, inf_nan_mode="constants").decode()


def rows_of(table: str) -> str:
    """Return the rows that a statement is given, as rows of a table."""
    return f"jsonb_populate_recordset(NULL::{table}, CAST(:rows AS jsonb))"


def inserting(table: str, more: str = "", columns: Iterable[str] = ()) -> TextClause:
    """Return the statement that adds rows to a table, all columns of them or some; the table there is called `kept`."""
    names = ", ".join(columns)
    into = f"{table} AS kept ({names}) SELECT {names}" if names else f"{table} AS kept SELECT *"
    return text(f"INSERT INTO {into} FROM {rows_of(table)} {more}")


def updating(table: str, columns: Iterable[str], key: str = "id") -> TextClause:
    """Return the statement that gives columns of rows, found by their key, the values that they have now."""
    changes = ", ".join(f"{name} = now.{name}" for name in columns if name != key)
    return text(f"UPDATE {table} AS kept SET {changes} FROM {rows_of(table)} AS now WHERE kept.{key} = now.{key}")


def replacing(columns: Iterable[str]) -> str:
    """Return what an insertion that meets a row does to it: these columns get their new values."""
    return ", ".join(f"{name} = excluded.{name}" for name in columns)


async def keep(session: AsyncSession, statement: TextClause, rows: Sequence[Any]) -> Any:
    """Keep rows by a statement, and return what it returns; without rows, nothing is done."""
    return await session.execute(statement, {"rows": as_rows(rows)}) if rows else ()
