"""Keep many rows by one statement: those of referrals, and those of cases, each in a schema of its own."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import TextClause

from schemas.visit_parts import is_closed
from schemas.vocabulary import ReferralKind
from services.shared.rows import keep
from services.shared.transactions import Work


async def keep_by_kind(
    work: Work, statements: tuple[TextClause, TextClause], rows: Iterable[tuple[ReferralKind, dict[str, Any]]]
) -> None:
    """Keep rows about referrals by the first statement, and those about cases by the second."""
    sorted_out: tuple[list[Any], list[Any]] = ([], [])
    for kind, row in rows:
        sorted_out[is_closed(kind)].append(row)
    for statement, of_one in zip(statements, sorted_out, strict=True):
        await keep(work, statement, of_one)
