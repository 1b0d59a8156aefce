"""What the front page lists: dangers nobody has checked, the gravest first, and what was shown last."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.control.store.unsettled import OPEN

# Those without a settled address stand first: nobody who looks a building up can come upon them.
DANGERS = text(f"""
    SELECT * FROM (
        SELECT NULL AS visit_id, premises_id, name, address, postcode, gravity, danger_at AS reported_at, danger,
            false AS is_unsettled
        FROM control.shown WHERE gravity > 0
        UNION ALL
        SELECT visit_id, NULL, '', told ->> 'written', '', gravity, reported_at, told, true
        FROM control.unsettled WHERE {OPEN}
    ) AS dangers
    ORDER BY is_unsettled DESC, gravity DESC, reported_at DESC, premises_id, visit_id
    LIMIT :limit OFFSET :offset
""")
COUNT_DANGERS = text(f"""
    SELECT (SELECT count(*) FROM control.shown WHERE gravity > 0)
        + (SELECT count(*) FROM control.unsettled WHERE {OPEN}) AS dangers,
        (SELECT count(*) FROM control.unsettled WHERE {OPEN}) AS unsettled,
        (SELECT count(*) FROM control.shown) AS records
""")
CHANGES = text("""
    SELECT premises_id, name, address, postcode, level, base_level, level_if_published, unverified,
        shown_at FROM control.shown
    ORDER BY shown_at DESC, premises_id LIMIT :limit OFFSET :offset
""")


@dataclass(frozen=True)
class KeptDanger:
    """One line of the dangers: of a building with a record, or of a visit whose address nobody has settled."""

    visit_id: str | None
    premises_id: str | None
    name: str
    address: str
    postcode: str
    gravity: int
    reported_at: datetime
    danger: dict[str, Any]
    is_unsettled: bool


@dataclass(frozen=True)
class Counts:
    """How many dangers, dangers without a settled address among them, and records there are in all."""

    dangers: int
    unsettled: int
    records: int


@dataclass(frozen=True)
class KeptChange:
    """One of the records that changed last."""

    premises_id: str
    name: str
    address: str
    postcode: str
    level: int | None
    base_level: int | None
    level_if_published: int | None
    unverified: int
    shown_at: datetime


async def count_front(session: AsyncSession) -> Counts:
    """Return how many dangers and records there are."""
    return Counts(*(await session.execute(COUNT_DANGERS)).one())


async def list_dangers(session: AsyncSession, limit: int, offset: int) -> list[KeptDanger]:
    """Return dangers nobody has checked: without a settled address first, then the gravest, then the newest."""
    rows = await session.execute(DANGERS, {"limit": limit, "offset": offset})
    return [KeptDanger(*row) for row in rows.all()]


async def list_changes(session: AsyncSession, limit: int, offset: int) -> list[KeptChange]:
    """Return the records that changed last, newest first."""
    rows = await session.execute(CHANGES, {"limit": limit, "offset": offset})
    return [KeptChange(*row) for row in rows.all()]
