"""The lists that Protection works from: notices that end first, audits, fires, each a page by one statement."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from sqlalchemy import TextClause, text
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.vocabulary import NoticeKind
from services.protection.rules.feeds import FeedKind
from services.protection.rules.records import Audit, Incident, KnownPremises, Notice
from services.protection.store.records import names_of, record_of
from services.shared.paging import PAGE_SIZE, Page, page_of

Record = TypeVar("Record", Notice, Audit, Incident)
KNOWN = """
    known.name AS of_name, known.address AS of_address, known.postcode AS of_postcode,
    COALESCE(known.parent_id, known.premises_id) AS of_building
"""


@dataclass(frozen=True)
class Placed(Generic[Record]):
    """A record beside the premises that it is about."""

    record: Record
    premises: KnownPremises


@dataclass(frozen=True)
class Rows(Generic[Record]):
    """A page of a list, and how many of all its lines are past their day."""

    page: Page
    placed: tuple[Placed[Record], ...]
    late: int = 0


def _listing(kind: FeedKind, narrowed: str, order: str, late: str = "false") -> TextClause:
    """Return the statement of a page, with how many lines there are; a page after the last one is the last one."""
    names = ", ".join(f"kept.{name}" for name in names_of(kind))
    table = f"protection.{kind.value} AS kept"
    return text(f"""
        WITH counted AS (
            SELECT count(*) AS total, count(*) FILTER (WHERE {late}) AS late FROM {table} WHERE {narrowed}
        )
        SELECT counted.total, counted.late, listed.* FROM counted LEFT JOIN LATERAL (
            SELECT {names}, {KNOWN} FROM {table} LEFT JOIN protection.premises AS known USING (premises_id)
            WHERE {narrowed} ORDER BY {order}
            LIMIT :size OFFSET least(:offset, greatest(counted.total - 1, 0) / :size * :size)
        ) AS listed ON true ORDER BY {order.replace("kept.", "listed.")}
    """)


NOTICES = _listing(
    FeedKind.NOTICES,
    "kept.state = 'IN_FORCE' AND (CAST(:kind AS text) IS NULL OR kept.kind = :kind)",
    "kept.until_on NULLS LAST, kept.notice_id",
    "kept.until_on < :today",
)
LIFTED = _listing(FeedKind.NOTICES, "kept.state = 'LIFTED'", "kept.changed_at DESC, kept.notice_id")
AUDITS = _listing(FeedKind.AUDITS, "true", "kept.audited_on DESC, kept.audit_id")
WITHOUT_SUMMARY = _listing(
    FeedKind.AUDITS, "kept.summary = '[]' AND kept.withdrawn_reason IS NULL", "kept.audited_on DESC, kept.audit_id"
)
FIRES = _listing(FeedKind.INCIDENTS, "kept.kind = 'FIRE'", "kept.happened_on DESC, kept.incident_id")


async def list_in_force(session: AsyncSession, number: int, today: date, kind: NoticeKind | None) -> Rows[Notice]:
    """Return a page of the notices that nobody has lifted, the first to end first."""
    return await _page(session, NOTICES, FeedKind.NOTICES, number, {"today": today, "kind": kind and kind.value})


async def list_lifted(session: AsyncSession, number: int) -> Rows[Notice]:
    """Return a page of the notices that were lifted, the last first."""
    return await _page(session, LIFTED, FeedKind.NOTICES, number, {})


async def list_audits(session: AsyncSession, number: int, *, without_summary: bool) -> Rows[Audit]:
    """Return a page of audits, the newest first; all, or those that nobody has written a summary of."""
    return await _page(session, WITHOUT_SUMMARY if without_summary else AUDITS, FeedKind.AUDITS, number, {})


async def list_fires(session: AsyncSession, number: int) -> Rows[Incident]:
    """Return a page of fires, the newest first."""
    return await _page(session, FIRES, FeedKind.INCIDENTS, number, {})


async def _page(
    session: AsyncSession, statement: TextClause, kind: FeedKind, number: int, more: dict[str, Any]
) -> Rows[Any]:
    given = {"size": PAGE_SIZE, "offset": (number - 1) * PAGE_SIZE, **more}
    rows = (await session.execute(statement, given)).all()
    page = page_of(number, rows[0].total)
    placed = tuple(_placed(kind, row) for row in rows) if page.total else ()
    return Rows(page, placed, rows[0].late)


def _placed(kind: FeedKind, row: Any) -> Placed[Any]:
    known = KnownPremises(
        row.premises_id,
        row.of_building or row.premises_id,
        row.of_name or "",
        row.of_address or "",
        row.of_postcode or "",
    )
    return Placed(record_of(kind, row), known)
