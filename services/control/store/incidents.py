"""Incidents, the open ones first, and what is held around the place of one."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.control.rules.incidents import Given, Incident
from services.shared.rows import inserting, keep, replacing
from services.shared.transactions import Work

COLUMNS = (
    *("incident_no", "given", "callsigns", "premises_id", "opened_at", "opened_by"),
    *("changed_at", "changed_by", "closed_at"),
)
NAMES = ", ".join(COLUMNS)
FIND = text(f"SELECT {NAMES} FROM control.incidents WHERE incident_no = :incident_no")
HOLD = text(f"SELECT {NAMES} FROM control.incidents WHERE incident_no = :incident_no FOR UPDATE")
# Two that send the same incident at once come one after the other.
IN_TURN = text("SELECT pg_advisory_xact_lock(hashtextextended('control.incidents/' || :incident_no, 0))")
SAVE = inserting("control.incidents", f"ON CONFLICT (incident_no) DO UPDATE SET {replacing(COLUMNS)}")
LISTED = text("""
    SELECT incident.*, coalesce(place.name, '') AS name, coalesce(place.address, '') AS address,
        coalesce(place.postcode, '') AS postcode, shown.level, shown.base_level, shown.level_if_published
    FROM control.incidents AS incident
    LEFT JOIN control.places AS place USING (premises_id) LEFT JOIN control.shown USING (premises_id)
    WHERE CASE WHEN :open THEN closed_at IS NULL ELSE closed_at IS NOT NULL END
    ORDER BY coalesce(closed_at, opened_at) DESC, incident_no LIMIT :limit OFFSET :offset
""")
COUNT = text("SELECT count(*) FILTER (WHERE closed_at IS NULL), count(closed_at) FROM control.incidents")
AROUND = """point(easting, northing) <@ circle(point(:easting, :northing), :radius_m) AND premises_id <> :but"""
# By danger: the level that is published or would be, then the gravest that a crew reports, then how near it is.
BY_DANGER = text(f"""
    SELECT premises_id, name, address, postcode, easting, northing, level, base_level, level_if_published, unverified,
        danger ->> 'summary' AS danger, record -> 'temporary' AS temporary,
        sqrt((easting - :easting) ^ 2 + (northing - :northing) ^ 2) AS distance_m, count(*) OVER () AS total
    FROM control.shown WHERE {AROUND}
    ORDER BY greatest(level, level_if_published) DESC NULLS LAST, gravity DESC, distance_m, premises_id LIMIT :limit
""")


@dataclass(frozen=True)
class ListedIncident:
    """One incident with the premises it is taken to be at and its level, where a record of it is shown."""

    incident: Incident
    name: str
    address: str
    postcode: str
    level: int | None
    base_level: int | None
    level_if_published: int | None


@dataclass(frozen=True)
class Around:
    """One record near an incident: metres on EPSG:27700; `temporary` as the record has them."""

    premises_id: str
    name: str
    address: str
    postcode: str
    easting: float
    northing: float
    level: int | None
    base_level: int | None
    level_if_published: int | None
    unverified: int
    danger: str | None
    temporary: Sequence[dict[str, Any]]
    distance_m: float


async def hold_incident(work: Work, incident_no: str) -> Incident | None:
    """Return an incident, held for this transaction as its number is, or None."""
    await work.execute(IN_TURN, {"incident_no": incident_no})
    row = (await work.execute(HOLD, {"incident_no": incident_no})).one_or_none()
    return _read(row) if row else None


async def save_incident(work: Work, incident: Incident) -> None:
    """Keep an incident as it is now."""
    await keep(work, SAVE, [vars(incident) | {"given": incident.given.model_dump(mode="json")}])


async def find_incident(session: AsyncSession, incident_no: str) -> Incident | None:
    """Return an incident, or None."""
    row = (await session.execute(FIND, {"incident_no": incident_no})).one_or_none()
    return _read(row) if row else None


async def count_incidents(session: AsyncSession) -> tuple[int, int]:
    """Return how many incidents are open, and how many are closed."""
    are_open, closed = (await session.execute(COUNT)).one()
    return are_open, closed


async def list_incidents(
    session: AsyncSession, limit: int, offset: int = 0, *, are_open: bool
) -> tuple[ListedIncident, ...]:
    """Return the incidents that are open, or those that are closed, the newest first."""
    rows = (await session.execute(LISTED, {"open": are_open, "limit": limit, "offset": offset})).all()
    return tuple(
        ListedIncident(
            _read(row), row.name, row.address, row.postcode, row.level, row.base_level, row.level_if_published
        )
        for row in rows
    )


async def list_by_danger(
    session: AsyncSession, at: tuple[float, float], radius_m: float, limit: int, but: str
) -> tuple[list[Around], int]:
    """Return the records within a radius in metres of a point on EPSG:27700 without one, and how many there are."""
    values = {"easting": at[0], "northing": at[1], "radius_m": radius_m, "limit": limit, "but": but}
    rows = (await session.execute(BY_DANGER, values)).all()
    return [_near(row) for row in rows], rows[0].total if rows else 0


def _near(row: Any) -> Around:
    known = dict(row._mapping)
    known.pop("total")
    return Around(**known | {"temporary": _plain(row.temporary) or ()})


def _read(row: Any) -> Incident:
    return Incident(
        incident_no=row.incident_no,
        given=Given.model_validate(_plain(row.given)),
        callsigns=tuple(_plain(row.callsigns)),
        premises_id=row.premises_id,
        opened_at=row.opened_at,
        opened_by=row.opened_by,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
        closed_at=row.closed_at,
    )


def _plain(kept: Any) -> Any:
    return json.loads(kept) if isinstance(kept, str) else kept
