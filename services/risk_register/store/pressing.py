"""What must be visited, in one order of danger and age: for plans by station, and a part of it all for the map."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.premises import LocatedPremises, Place
from schemas.vocabulary import ReviewMethod, VisitKind, VisitOutcome, Watch
from services.domain.grid_references import to_lon_lat
from services.risk_register.rules.due import Limits
from services.risk_register.rules.gap_rules import GapRules
from services.risk_register.rules.planning import Candidate, Waiting
from services.risk_register.rules.pressing import URGENCY, Planned, Pressing, PressingLine, PressingWanted
from services.risk_register.store.gap_rules import find_rules
from services.risk_register.store.gaps import MISSING, STATES
from services.risk_register.store.review_dates import STATE

MOST_ON_THE_MAP = 500
ABOUT = "premises_id, name, address, postcode, station"
# What is due, then what has no record; what is planned beyond that, or was added to a plan by hand, is neither.
PRESSING = f"""
    SELECT {ABOUT}, {STATE} AS why, effective_level AS level, review_due_on AS due_on, 0 AS units, NULL AS rule,
        NULL AS classification, NULL AS easting, NULL AS northing
    FROM risk_register.review_dates WHERE {STATE} IS NOT NULL
    UNION ALL
    SELECT {ABOUT}, '{Pressing.NO_RECORD}', expected_level, NULL, units, rule, classification, easting, northing
    FROM risk_register.known_premises WHERE {MISSING}
"""
PLANNED = f"""
    (SELECT DISTINCT ON (premises_id) premises_id, premises ->> 'name', premises ->> 'address', premises ->> 'postcode',
        station, why, level, due_on, units, NULL, NULL, CAST(premises #>> '{{place,easting}}' AS float),
        CAST(premises #>> '{{place,northing}}' AS float)
    FROM risk_register.plan_lines AS line
    WHERE is_in AND visited_at IS NULL AND NOT EXISTS (
        SELECT FROM risk_register.review_dates AS due WHERE due.premises_id = line.premises_id AND {STATE} IS NOT NULL
    ) AND NOT EXISTS (
        SELECT FROM risk_register.known_premises AS known WHERE known.premises_id = line.premises_id AND {MISSING}
    ) ORDER BY premises_id, month DESC)
"""
URGENCIES = "CASE why " + " ".join(f"WHEN '{why}' THEN {place}" for why, place in URGENCY.items()) + " END"
# The order of rules/pressing.py, which a test compares with it.
ORDER = f'COALESCE(level, 0) DESC, {URGENCIES}, due_on NULLS FIRST, units DESC, premises_id COLLATE "C"'
DOING = """
    LEFT JOIN risk_register.records AS record ON record.premises_id = one.premises_id
    LEFT JOIN LATERAL (
        SELECT station, watch FROM risk_register.asks
        WHERE asks.premises_id = one.premises_id AND ended_at IS NULL AND asked_by IS NOT NULL
        ORDER BY due_on, ask_id LIMIT 1
    ) AS asked ON true
    LEFT JOIN LATERAL (
        SELECT jsonb_agg(jsonb_build_array(station, month) ORDER BY month, station) AS plans
        FROM risk_register.plan_lines WHERE premises_id = one.premises_id AND is_in AND visited_at IS NULL
    ) AS planned ON true
    LEFT JOIN LATERAL (
        SELECT max(put_off_until) AS until FROM risk_register.plan_lines
        WHERE premises_id = one.premises_id AND NOT is_in
    ) AS put_off ON true
    LEFT JOIN LATERAL (
        SELECT jsonb_agg(jsonb_build_object('visit_kind', visit -> 'visit_kind',
            'review_method', visit -> 'review_method', 'outcome', visit -> 'outcome')) AS visits
        FROM risk_register.review_items AS item WHERE item.premises_id = one.premises_id
        AND item.state = ANY(CAST(:undecided AS risk_register.review_state[]))
    ) AS waiting ON true
"""
WHO = "asked.station AS asked_station, asked.watch AS asked_watch, planned.plans, put_off.until AS put_off_until"
CANDIDATES = text(f"""
    SELECT one.*, record.premises AS recorded, {WHO}, waiting.visits FROM (
        SELECT pressing.*, row_number() OVER (PARTITION BY station ORDER BY {ORDER}) AS place
        FROM ({PRESSING}) AS pressing
        WHERE station = ANY(:stations) AND NOT EXISTS (
            SELECT FROM risk_register.plan_lines AS line WHERE line.premises_id = pressing.premises_id
            AND (put_off_until > :due_by OR (is_in AND visited_at IS NULL
                AND month >= date_trunc('month', CAST(:today AS date))
                AND (line.station, line.month) IS DISTINCT FROM (pressing.station, CAST(:month AS date))))
        )
    ) AS one {DOING} WHERE place <= :most ORDER BY one.station, place
""")
ONE = text(f"""
    SELECT one.*, record.premises AS recorded, {WHO}, waiting.visits
    FROM ({PRESSING} UNION ALL {PLANNED}) AS one {DOING} WHERE one.premises_id = :premises_id
""")
WANTED = f"""
    SELECT * FROM ({PRESSING} UNION ALL {PLANNED}) AS pressing
    WHERE (CAST(:why AS text) IS NULL OR why = :why) AND (CAST(:level AS int) IS NULL OR COALESCE(level, 0) = :level)
        AND (CAST(:station AS text) IS NULL OR station = :station) AND (NOT CAST(:planned AS bool) OR EXISTS (
            SELECT FROM risk_register.plan_lines AS line
            WHERE line.premises_id = pressing.premises_id AND is_in AND visited_at IS NULL
        ))
"""
MAP = text(f"""
    SELECT one.*, record.premises_id IS NOT NULL AS has_record,
        CAST(record.premises #>> '{{place,longitude}}' AS float) AS longitude,
        CAST(record.premises #>> '{{place,latitude}}' AS float) AS latitude,
        planned.station AS planned_station, planned.month AS planned_month, planned.watch AS planned_watch
    FROM (
        SELECT *, row_number() OVER (ORDER BY {ORDER}) AS place
        FROM (SELECT * FROM ({WANTED}) AS wanted ORDER BY {ORDER} LIMIT :most) AS gravest
    ) AS one
    LEFT JOIN risk_register.records AS record ON record.premises_id = one.premises_id
    LEFT JOIN LATERAL (
        SELECT station, month, watch FROM risk_register.plan_lines
        WHERE premises_id = one.premises_id AND is_in AND visited_at IS NULL ORDER BY month DESC, station LIMIT 1
    ) AS planned ON true
    ORDER BY place
""")
COUNT = text(f"SELECT why, station, count(*) AS total FROM ({WANTED}) AS wanted GROUP BY 1, 2")


@dataclass(frozen=True)
class PressingCount:
    """How many premises must be visited for one reason in one station's ground."""

    why: Pressing
    station: str
    total: int


async def list_candidates(
    session: AsyncSession, stations: Collection[str], month: date, limits: Limits, most: int
) -> dict[str, list[Candidate]]:
    """Return what must be visited in the grounds of some stations by the end of a month, by station, in order.

    At most so many of a station; what has no point is left out, for no crew can be sent there.
    """
    given = {
        "stations": sorted(stations),
        "month": month,
        "most": most,
        **vars(limits),
        "undecided": STATES,
    }
    table, found = await find_rules(session), defaultdict(list)
    for row in await session.execute(CANDIDATES, given):
        if (candidate := _candidate(row, table)) is not None:
            found[row.station].append(candidate)
    return found


async def find_candidate(session: AsyncSession, premises_id: str, limits: Limits) -> Candidate | None:
    """Return a premises that must be visited, or that stands in a plan; None if it is neither."""
    given = {"premises_id": premises_id, **vars(limits), "undecided": STATES}
    row = (await session.execute(ONE, given)).first()
    return _candidate(row, await find_rules(session)) if row else None


async def list_pressing(session: AsyncSession, wanted: PressingWanted, limits: Limits) -> list[PressingLine]:
    """Return the first 500 of what must be visited, in order."""
    given = {**vars(wanted), **vars(limits), "most": MOST_ON_THE_MAP}
    return [_line(row) for row in await session.execute(MAP, given)]


async def count_pressing(session: AsyncSession, wanted: PressingWanted, limits: Limits) -> list[PressingCount]:
    """Return how much must be visited, by reason and station."""
    rows = await session.execute(COUNT, {**vars(wanted), **vars(limits)})
    return [PressingCount(Pressing(row.why), row.station, row.total) for row in rows]


def _candidate(row: Any, table: GapRules) -> Candidate | None:
    premises = LocatedPremises.model_validate(row.recorded) if row.recorded else _known(row)
    if premises is None:
        return None
    words = next((rule.words for rule in table.rules if rule.code == row.rule), "")
    return Candidate(
        premises=premises,
        station=row.station,
        why=Pressing(row.why),
        level=row.level,
        due_on=row.due_on,
        units=row.units,
        rule=words,
        asked_station=row.asked_station,
        asked_watch=Watch(row.asked_watch) if row.asked_watch else None,
        put_off_until=row.put_off_until,
        planned_in=tuple((station, date.fromisoformat(month)) for station, month in row.plans or ()),
        waiting=tuple(_waiting(each) for each in row.visits or ()),
    )


def _waiting(visit: Mapping[str, str]) -> Waiting:
    method, outcome = ReviewMethod(visit["review_method"]), VisitOutcome(visit["outcome"])
    return Waiting(VisitKind(visit["visit_kind"]), method, outcome)


def _known(row: Any) -> LocatedPremises | None:
    degrees = to_lon_lat(row.easting, row.northing) if row.easting and row.northing else None
    if degrees is None:
        return None
    place = Place(
        easting=row.easting,
        northing=row.northing,
        longitude=degrees[0],
        latitude=degrees[1],
        station_ground=row.station or None,
    )
    about = {
        name: getattr(row, name) or "" for name in ("premises_id", "name", "address", "postcode", "classification")
    }
    return LocatedPremises(**about, place=place)


def _line(row: Any) -> PressingLine:
    degrees = (row.longitude, row.latitude)
    if not row.has_record and row.easting and row.northing:
        degrees = to_lon_lat(row.easting, row.northing) or degrees
    planned = Planned(row.planned_station, row.planned_month, Watch(row.planned_watch)) if row.planned_month else None
    return PressingLine(
        *(row.premises_id, row.name, row.address, row.postcode, row.station),
        why=Pressing(row.why),
        level=row.level,
        due_on=row.due_on,
        units=row.units,
        has_record=row.has_record,
        longitude=degrees[0],
        latitude=degrees[1],
        planned=planned,
    )
