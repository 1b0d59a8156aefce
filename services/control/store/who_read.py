"""Which watches owe a reading, how long, and how many acknowledged in time, by station."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.vocabulary import Watch
from services.control.rules.to_read import ASKED_FROM_LEVEL

OWED = "acknowledged_at IS NULL AND ended_at IS NULL"
# What a newer ask replaced before its time was up was never to be read: it counts for nobody and against nobody.
DUE = """due_at > :since AND due_at <= :now
    AND (acknowledged_at IS NOT NULL OR ended_at IS NULL OR ended_at > due_at)"""
MOST_WATCHES = 1_000
BY_WATCH = text(f"""
    SELECT station, watch, count(*) FILTER (WHERE {OWED}) AS owed,
        count(*) FILTER (WHERE {OWED} AND due_at < :now) AS late,
        min(asked_at) FILTER (WHERE {OWED}) AS since,
        count(*) FILTER (WHERE {DUE}) AS due, count(*) FILTER (WHERE {DUE} AND acknowledged_at <= due_at) AS in_time
    FROM control.to_read
    WHERE (CAST(:station AS text) IS NULL OR station = :station) AND (({OWED}) OR due_at > :since)
    GROUP BY station, watch
    HAVING count(*) FILTER (WHERE {OWED}) > 0 OR count(*) FILTER (WHERE {DUE}) > 0
    ORDER BY count(*) FILTER (WHERE {OWED} AND due_at < :now) DESC, station, watch LIMIT {MOST_WATCHES}
""")
LONGEST = text(f"""
    SELECT owed.station, watch, premises_id, shown.name, shown.address, shown.postcode, owed.version, asked_at, due_at,
        count(*) OVER () AS total
    FROM control.to_read AS owed JOIN control.shown USING (premises_id)
    WHERE (CAST(:station AS text) IS NULL OR owed.station = :station) AND {OWED}
    ORDER BY due_at, owed.level DESC, owed.station, watch, premises_id LIMIT :limit OFFSET :offset
""")
ON_NO_GROUND = text("""
    SELECT count(*) FROM control.shown WHERE station IS NULL AND version >= 1 AND level >= :level
""")


@dataclass(frozen=True)
class WatchOwes:
    """What one watch still has to read, how much of that is late and since when, and how it did when it was due."""

    station: str
    watch: Watch
    owed: int
    late: int
    since: datetime | None
    due: int
    in_time: int


@dataclass(frozen=True)
class OwedLong:
    """One record that one watch still has to read."""

    station: str
    watch: Watch
    premises_id: str
    name: str
    address: str
    postcode: str
    version: int
    asked_at: datetime
    due_at: datetime


async def list_watches(session: AsyncSession, station: str | None, since: datetime, now: datetime) -> list[WatchOwes]:
    """Return each watch that owes a reading, or had one due since a moment, those with most that is late first."""
    rows = await session.execute(BY_WATCH, {"station": station, "since": since, "now": now})
    return [WatchOwes(row.station, Watch(row.watch), *row[2:]) for row in rows]


async def list_owed_longest(
    session: AsyncSession, station: str | None, limit: int, offset: int
) -> tuple[Sequence[OwedLong], int]:
    """Return what is still to be read, the first to be due first, and how much that is."""
    rows = (await session.execute(LONGEST, {"station": station, "limit": limit, "offset": offset})).all()
    return [OwedLong(row.station, Watch(row.watch), *row[2:-1]) for row in rows], rows[0].total if rows else 0


async def count_on_no_ground(session: AsyncSession) -> int:
    """Return how many published records of level 4 and 5 lie on the ground of no station: nobody is asked to read."""
    return int((await session.execute(ON_NO_GROUND, {"level": ASKED_FROM_LEVEL})).scalar_one())
