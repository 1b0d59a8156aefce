"""Keep many rows by one constant statement; of referrals and of cases, each in a schema of its own."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import TextClause, text

from schemas.visit_parts import is_closed
from schemas.vocabulary import ReferralKind
from services.shared.rows import as_rows
from services.shared.transactions import Work


def inserting(table: str, more: str = "") -> TextClause:
    """Return the statement that adds rows to a table."""
    return text(f"INSERT INTO {table} AS kept SELECT * FROM {rows_of(table)} {more}")


def updating(table: str, names: Iterable[str]) -> TextClause:
    """Return the statement that gives columns of rows, found by their ids, the values that they have now."""
    changes = ", ".join(f"{name} = now.{name}" for name in names)
    return text(f"UPDATE {table} AS kept SET {changes} FROM {rows_of(table)} AS now WHERE kept.id = now.id")


def rows_of(table: str) -> str:
    """Return the rows that a statement is given, as rows of a table."""
    return f"jsonb_populate_recordset(NULL::{table}, CAST(:rows AS jsonb))"


async def keep(work: Work, statement: TextClause, rows: Sequence[Any]) -> Any:
    """Keep rows by a statement, and return what it returns; without rows, nothing is done."""
    return await work.execute(statement, {"rows": as_rows(rows)}) if rows else ()


async def keep_by_kind(
    work: Work, statements: tuple[TextClause, TextClause], rows: Iterable[tuple[ReferralKind, dict[str, Any]]]
) -> None:
    """Keep rows about referrals by the first statement, and those about cases by the second."""
    sorted_out: tuple[list[Any], list[Any]] = ([], [])
    for kind, row in rows:
        sorted_out[is_closed(kind)].append(row)
    for statement, of_one in zip(statements, sorted_out, strict=True):
        await keep(work, statement, of_one)
