"""What stands beside the visits of the queue, and the work by station: each in one statement for all of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.risk_register.rules.review_queue import OPEN
from services.risk_register.tables.desk import KeptNote

OPEN_STATES = ", ".join(f"'{state.value}'" for state in OPEN)
NOTES = f"risk_register.{KeptNote.__tablename__}"
IS_THERE = text("SELECT premises_id FROM risk_register.review_items WHERE visit_id = :visit_id")
BESIDE = text(f"""
    SELECT visit_id,
        (SELECT count(*) FROM {NOTES} AS note WHERE note.visit_id = item.visit_id AND note.taken_back_at IS NULL)
            AS notes,
        (SELECT count(*) FROM risk_register.review_items AS other WHERE other.premises_id = item.premises_id
            AND other.visit_id <> item.visit_id AND other.state IN ({OPEN_STATES})) AS others,
        (SELECT jsonb_agg(jsonb_build_array(kind, summary)) FROM risk_register.unverified_additions AS addition
            WHERE addition.visit_id = item.visit_id AND addition.resolved_at IS NULL) AS critical
    FROM risk_register.review_items AS item WHERE visit_id = ANY(:visits)
""")
BY_STATION = text(f"""
    SELECT station, count(*) AS waiting, count(*) FILTER (WHERE due_at < :now) AS late,
        count(*) FILTER (WHERE safety_critical) AS critical,
        count(*) FILTER (WHERE state = 'CLAIMED' AND lease_until > :now) AS held,
        min(received_at) AS oldest_at, min(due_at) AS first_due_at
    FROM risk_register.review_items WHERE state IN ({OPEN_STATES}) GROUP BY station ORDER BY station
""")


@dataclass(frozen=True)
class Beside:
    """What stands beside a visit in the queue: notes, other visits to its building, what of it is safety-critical."""

    notes: int = 0
    others: int = 0
    critical: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class StationWork:
    """What waits of the visits of one station: how many, past their time, safety-critical, in somebody's hands."""

    station: str
    waiting: int
    late: int
    critical: int
    held: int
    oldest_at: datetime
    first_due_at: datetime


async def place_of_visit(session: AsyncSession, visit_id: str) -> str | None:
    """Return the premises of a visit in the queue; None if it is not there."""
    place: str | None = (await session.execute(IS_THERE, {"visit_id": visit_id})).scalar()
    return place


async def beside(session: AsyncSession, visits: Collection[str]) -> dict[str, Beside]:
    """Return what stands beside some visits, in one statement for all of them."""
    rows = await session.execute(BESIDE, {"visits": list(visits)}) if visits else ()
    return {row.visit_id: Beside(row.notes, row.others, _pairs(row.critical)) for row in rows}


async def work_by_station(session: AsyncSession, now: datetime) -> list[StationWork]:
    """Return what waits, by station."""
    return [StationWork(**row._mapping) for row in await session.execute(BY_STATION, {"now": now})]


def _pairs(kept: Sequence[Any] | None) -> tuple[tuple[str, str], ...]:
    return tuple((kind, summary) for kind, summary in kept or ())
