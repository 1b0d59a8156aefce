"""Premises that ought to have a record and have none: listed and counted, each by one statement over one index."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.risk_register.rules.gaps import GapWanted
from services.risk_register.rules.review_queue import UNDECIDED
from services.risk_register.store.review_dates import Asked, asked_of
from services.shared.paging import PAGE_SIZE, Page, page_of

MISSING = "rule IS NOT NULL AND NOT has_record"
ORDER = "expected_level DESC, units DESC, premises_id"
# A page after the last one is the last one. What is asked for and reported is looked up for the page alone.
LIST = text(f"""
    WITH wanted AS NOT MATERIALIZED (
        SELECT * FROM risk_register.known_premises WHERE {MISSING}
            AND (CAST(:rule AS text) IS NULL OR rule = :rule) AND (CAST(:station AS text) IS NULL OR station = :station)
    ), counted AS (SELECT count(*) AS total FROM wanted), page AS (
        SELECT * FROM wanted ORDER BY {ORDER}
        LIMIT :size OFFSET (SELECT greatest(0, least(:size * (:number - 1), (total - 1) / :size * :size)) FROM counted)
    )
    SELECT page.*, total, asked.due_on AS asked_by, asked.station AS asked_station, asked.watch AS asked_watch, EXISTS (
        SELECT FROM risk_register.review_items AS item WHERE item.premises_id = page.premises_id
        AND item.state = ANY(CAST(:undecided AS risk_register.review_state[]))
    ) AS is_reported
    FROM page CROSS JOIN counted LEFT JOIN LATERAL (
        SELECT due_on, station, watch FROM risk_register.asks
        WHERE asks.premises_id = page.premises_id AND ended_at IS NULL ORDER BY due_on, ask_id LIMIT 1
    ) AS asked ON true
    ORDER BY {ORDER}
""")
COUNT = text(f"""
    SELECT rule, station, count(*) AS total FROM risk_register.known_premises WHERE {MISSING} GROUP BY 1, 2
""")
STATES = [state.value for state in UNDECIDED]


@dataclass(frozen=True)
class GapLine:
    """One premises with no record: why it ought to have one, and what is being done about it."""

    premises_id: str
    name: str
    address: str
    postcode: str
    classification: str
    station: str
    units: int
    rule: str
    expected_level: int
    has_point: bool
    asked: Asked | None
    is_reported: bool


@dataclass(frozen=True)
class GapCount:
    """How many premises in one station's ground have no record by one rule."""

    rule: str
    station: str
    total: int


async def list_gaps(session: AsyncSession, wanted: GapWanted, number: int) -> tuple[Page, tuple[GapLine, ...]]:
    """Return a page of the premises with no record: the highest expected level first, of those the most addresses."""
    asked = {**vars(wanted), "size": PAGE_SIZE, "number": number, "undecided": STATES}
    rows = (await session.execute(LIST, asked)).all()
    lines = tuple(
        GapLine(
            *(row.premises_id, row.name, row.address, row.postcode, row.classification, row.station, row.units),
            rule=row.rule,
            expected_level=row.expected_level,
            has_point=bool(row.easting and row.northing),
            asked=asked_of(row),
            is_reported=row.is_reported,
        )
        for row in rows
    )
    return page_of(number, rows[0].total if rows else 0), lines


async def count_gaps(session: AsyncSession) -> list[GapCount]:
    """Return how many premises have no record, by rule and station."""
    return [GapCount(row.rule, row.station, row.total) for row in await session.execute(COUNT)]
