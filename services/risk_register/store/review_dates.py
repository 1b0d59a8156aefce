"""When each published record must be seen again: kept with every publication, listed and counted by one statement."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.premises import LocatedPremises
from schemas.protection import FireSafety
from schemas.vocabulary import Watch
from services.risk_register.rules.dossiers import Dossier, Record
from services.risk_register.rules.due import DueState, DueWanted, Limits, ReviewDate, review_date_of
from services.risk_register.store.known_premises import note_recorded
from services.shared.paging import PAGE_SIZE, Page, page_of
from services.shared.rows import inserting, keep, replacing
from services.shared.transactions import Work

COLUMNS = tuple(each.name for each in fields(ReviewDate))
NAMES = ", ".join(COLUMNS)
OTHERS = tuple(name for name in COLUMNS if name != "premises_id")
KEEP = inserting(
    "risk_register.review_dates",
    f"ORDER BY premises_id ON CONFLICT (premises_id) DO UPDATE SET {replacing(OTHERS)}",
    COLUMNS,
)
STATE = f"""
    CASE WHEN stale_on <= :today THEN '{DueState.STALE}' WHEN review_due_on IS NULL THEN '{DueState.NO_DATE}'
        WHEN review_due_on < :today THEN '{DueState.OVERDUE}' WHEN review_due_on <= :due_by THEN '{DueState.DUE}'
        WHEN review_due_on <= :soon_by THEN '{DueState.DUE_SOON}' END
"""
ORDER = "effective_level DESC NULLS LAST, review_due_on NULLS FIRST, premises_id"
# A page after the last one is the last one. The asks are looked up for the lines of the page alone.
LIST = text(f"""
    WITH wanted AS NOT MATERIALIZED (
        SELECT {NAMES}, {STATE} AS state FROM risk_register.review_dates
        WHERE {STATE} IS NOT NULL AND (CAST(:state AS text) IS NULL OR {STATE} = :state)
            AND (CAST(:level AS int) IS NULL OR COALESCE(effective_level, 0) = :level)
            AND (CAST(:station AS text) IS NULL OR station = :station)
    ), counted AS (SELECT count(*) AS total FROM wanted), page AS (
        SELECT * FROM wanted ORDER BY {ORDER}
        LIMIT :size OFFSET (SELECT greatest(0, least(:size * (:number - 1), (total - 1) / :size * :size)) FROM counted)
    )
    SELECT page.*, total, asked.due_on AS asked_by, asked.station AS asked_station, asked.watch AS asked_watch
    FROM page CROSS JOIN counted LEFT JOIN LATERAL (
        SELECT due_on, station, watch FROM risk_register.asks
        WHERE asks.premises_id = page.premises_id AND ended_at IS NULL ORDER BY due_on, ask_id LIMIT 1
    ) AS asked ON true
    ORDER BY {ORDER}
""")
COUNT = text(f"""
    SELECT {STATE} AS state, COALESCE(effective_level, 0) AS level, station, count(*) AS total
    FROM risk_register.review_dates WHERE {STATE} IS NOT NULL GROUP BY 1, 2, 3
""")


@dataclass(frozen=True)
class Asked:
    """The visit that a crew is asked for at a premises: the first due."""

    by: date
    station: str
    watch: Watch | None


@dataclass(frozen=True)
class DueLine:
    """One record that must be seen again, how pressing that is, and whether a crew is asked."""

    date: ReviewDate
    state: DueState
    asked: Asked | None


@dataclass(frozen=True)
class DueCount:
    """How many records of one level (0: not scored) and station are in one state."""

    state: DueState
    level: int
    station: str
    total: int


async def keep_review_dates(work: Work, pairs: Iterable[tuple[Dossier, Dossier]]) -> None:
    """Keep when each record must be seen again whose version, premises or fire safety has changed."""
    dates = [
        review_date_of(now.record, now.version)
        for was, now in pairs
        if now.version and (now.version is not was.version or _held(now.record) != _held(was.record))
    ]
    await keep(work, KEEP, dates)
    await note_recorded(work, [each.premises_id for each in dates])


def _held(record: Record) -> tuple[LocatedPremises, FireSafety | None]:
    """Return what of a record, besides its version, says when it must be seen again."""
    return record.premises, record.fire_safety


async def list_due(
    session: AsyncSession, wanted: DueWanted, limits: Limits, number: int
) -> tuple[Page, tuple[DueLine, ...]]:
    """Return a page of the records that must be seen again, the gravest first, of them the longest overdue."""
    asked = {**vars(wanted), **vars(limits), "size": PAGE_SIZE, "number": number}
    rows = (await session.execute(LIST, asked)).all()
    return page_of(number, rows[0].total if rows else 0), tuple(_line(row) for row in rows)


async def count_due(session: AsyncSession, limits: Limits) -> list[DueCount]:
    """Return how many records must be seen again, by state, level and station."""
    rows = await session.execute(COUNT, vars(limits))
    return [DueCount(DueState(row.state), row.level, row.station, row.total) for row in rows]


def asked_of(row: Any) -> Asked | None:
    """Return the visit that is asked for in a row of a list, None if there is none."""
    if row.asked_by is None:
        return None
    return Asked(row.asked_by, row.asked_station, Watch(row.asked_watch) if row.asked_watch else None)


def _line(row: Any) -> DueLine:
    return DueLine(ReviewDate(**{name: getattr(row, name) for name in COLUMNS}), DueState(row.state), asked_of(row))
