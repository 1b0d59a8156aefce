"""Visit plans: taken in hand with all their lines and changes, many by a handful of statements, and kept likewise."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.premises import LocatedPremises
from schemas.vocabulary import Watch
from services.risk_register.rules.plans import Adjustment, Line, Plan, PlanChange, Standing, in_order
from services.risk_register.rules.pressing import Pressing
from services.shared.rows import as_rows, inserting, keep, replacing
from services.shared.transactions import Work

HEAD = ("station", "month", "version", "proposed_by", "proposed_at", "published_by", "published_at")
LINE = tuple(each.name for each in fields(Line) if each.name != "has_open_ask")
ADJUSTMENT = tuple(each.name for each in fields(Adjustment))
KEY = ("station", "month", "premises_id")
# Only a visit sets these.
VISIT = ("visit_id", "visited_at")
# A later plan may have asked in place of this one: the premises is asked for all the same.
HAS_OPEN_ASK = """line.ask_id IS NOT NULL AND EXISTS (
        SELECT FROM risk_register.asks WHERE asks.premises_id = line.premises_id AND ended_at IS NULL
    ) AS has_open_ask"""
LINES = f"""
    SELECT {", ".join(f"line.{name}" for name in LINE)}, {HAS_OPEN_ASK}
    FROM risk_register.plan_lines AS line
"""
BEGIN = text("""
    INSERT INTO risk_register.plans (station, month, version)
    SELECT station, :month, 0 FROM unnest(CAST(:stations AS varchar[])) AS station ORDER BY station
    ON CONFLICT DO NOTHING
""")
PLANS = f"SELECT {', '.join(HEAD)} FROM risk_register.plans WHERE month = :month AND station = ANY(:stations)"
HOLD = text(f"{PLANS} ORDER BY station FOR UPDATE")
FIND = text(PLANS)
LINES_OF = f"{LINES} WHERE line.month = :month AND line.station = ANY(:stations)"
READ_LINES = text(LINES_OF)
# Lines are held before what is asked for because of them: a visit that arrives meanwhile does it in the same order.
HOLD_LINES = text(f"{LINES_OF} ORDER BY line.station, line.month, line.premises_id FOR UPDATE OF line")
ADJUSTMENTS_OF = text(f"""
    SELECT {", ".join(ADJUSTMENT)} FROM risk_register.plan_adjustments
    WHERE month = :month AND station = ANY(:stations) ORDER BY made_at, adjustment_id
""")
HOLD_OPEN = text(f"""
    {LINES} WHERE line.premises_id = ANY(:premises) AND line.is_in AND line.visited_at IS NULL
    ORDER BY line.station, line.month, line.premises_id FOR UPDATE OF line
""")
SAVE_PLANS = inserting("risk_register.plans", f"ON CONFLICT (station, month) DO UPDATE SET {replacing(HEAD[2:])}", HEAD)
SAVE_LINES = inserting(
    "risk_register.plan_lines",
    f"ORDER BY {', '.join(KEY)} ON CONFLICT ({', '.join(KEY)}) DO UPDATE SET "
    + replacing(name for name in LINE if name not in (*KEY, *VISIT)),
    LINE,
)
DROP_LINES = text("""
    DELETE FROM risk_register.plan_lines AS line
    USING jsonb_to_recordset(CAST(:rows AS jsonb)) AS gone (station varchar, month date, premises_id varchar)
    WHERE (line.station, line.month, line.premises_id) = (gone.station, gone.month, gone.premises_id)
        AND line.visited_at IS NULL
""")
SAVE_ADJUSTMENTS = inserting(
    "risk_register.plan_adjustments",
    f"ON CONFLICT (adjustment_id) DO UPDATE SET {replacing(('undone_by', 'undone_at'))}",
    ADJUSTMENT,
)
STATIONS = text("""
    SELECT station FROM risk_register.review_dates UNION SELECT station FROM risk_register.plans
    UNION SELECT station FROM risk_register.known_premises WHERE rule IS NOT NULL AND NOT has_record
""")
COUNT = text(f"""
    SELECT line.station, line.watch, visited_at IS NOT NULL AS is_visited, is_in,
        put_off_until IS NOT NULL AS is_put_off, line.ask_id IS NOT NULL AS is_asked,
        {HAS_OPEN_ASK}, count(*) AS total
    FROM risk_register.plan_lines AS line
    WHERE line.month = :month AND (is_in OR is_adjusted) GROUP BY 1, 2, 3, 4, 5, 6, 7
""")
HEADS = text(f"SELECT {', '.join(HEAD)} FROM risk_register.plans WHERE month = :month ORDER BY station")


@dataclass(frozen=True)
class LineCount:
    """How many lines of a station's plan are with one watch and stand alike."""

    station: str
    watch: Watch
    standing: Standing
    total: int


async def hold_plans(work: Work, stations: Collection[str], month: date) -> list[Plan]:
    """Return the plans of some stations for a month, nobody else's until the work ends; what is not there begins."""
    wanted = {"stations": sorted(stations), "month": month}
    await work.execute(BEGIN, wanted)
    heads = (await work.execute(HOLD, wanted)).all()
    return await _plans(work, heads, (await work.execute(HOLD_LINES, wanted)).all(), wanted)


async def find_plan(session: AsyncSession, station: str, month: date) -> Plan:
    """Return the plan of a station for a month for reading; an empty one if nobody has made it."""
    wanted = {"stations": [station], "month": month}
    heads = (await session.execute(FIND, wanted)).all()
    found = await _plans(session, heads, (await session.execute(READ_LINES, wanted)).all(), wanted)
    return found[0] if found else Plan(station, month)


async def save_plans(work: Work, pairs: Iterable[tuple[Plan, Plan]]) -> None:
    """Keep plans as they are now, each beside what it was: of its lines and changes only what is new or different."""
    both = [*pairs]
    await keep(work, SAVE_PLANS, [{name: getattr(now, name) for name in HEAD} for was, now in both if was != now])
    lines = [line for was, now in both for line in _new(was.lines, now.lines)]
    await keep(work, SAVE_LINES, lines)
    gone = [
        {name: getattr(line, name) for name in KEY}
        for was, now in both
        for line in was.lines
        if now.line(line.premises_id) is None
    ]
    if gone:
        await work.execute(DROP_LINES, {"rows": as_rows(gone)})
    await keep(work, SAVE_ADJUSTMENTS, [each for was, now in both for each in _new(was.adjustments, now.adjustments)])


async def hold_open_lines(work: Work, premises_ids: Collection[str]) -> list[Line]:
    """Return what stands in any plan at some premises and is not visited yet, nobody else's until the work ends."""
    return [_line(row) for row in await work.execute(HOLD_OPEN, {"premises": list(premises_ids)})]


async def list_stations(session: AsyncSession) -> list[str]:
    """Return the stations in whose ground something is recorded or missing, or that have a plan."""
    return sorted(station for station in (await session.execute(STATIONS)).scalars() if station)


async def list_heads(session: AsyncSession, month: date) -> list[Plan]:
    """Return the plans of a month, without their lines."""
    return [_head(row) for row in await session.execute(HEADS, {"month": month})]


async def count_lines(session: AsyncSession, month: date) -> list[LineCount]:
    """Return how many lines the plans of a month have, by station, watch and where they stand."""
    return [
        LineCount(
            row.station,
            Watch(row.watch),
            Standing(row.is_visited, row.is_in, row.is_put_off, row.is_asked, row.has_open_ask),
            row.total,
        )
        for row in await session.execute(COUNT, {"month": month})
    ]


async def _plans(
    session: AsyncSession, heads: Sequence[Any], rows: Sequence[Any], wanted: dict[str, Any]
) -> list[Plan]:
    lines: dict[str, list[Line]] = defaultdict(list)
    for row in rows:
        lines[row.station].append(_line(row))
    changes: dict[str, list[Adjustment]] = defaultdict(list)
    for row in await session.execute(ADJUSTMENTS_OF, wanted):
        changes[row.station].append(_adjustment(row))
    return [_head(row, in_order(lines[row.station]), tuple(changes[row.station])) for row in heads]


def _head(row: Any, lines: tuple[Line, ...] = (), adjustments: tuple[Adjustment, ...] = ()) -> Plan:
    head = {name: getattr(row, name) for name in HEAD}
    return Plan(**head, lines=lines, adjustments=adjustments)


def _new(was: Iterable[Any], now: Iterable[Any]) -> list[Any]:
    before = {*map(id, was)}
    return [each for each in now if id(each) not in before]


def _line(row: Any) -> Line:
    values = {name: getattr(row, name) for name in (*LINE, "has_open_ask")}
    values["premises"] = LocatedPremises.model_validate(row.premises)
    values["why"], values["watch"] = Pressing(row.why), Watch(row.watch)
    values["proposed_watch"] = Watch(row.proposed_watch) if row.proposed_watch else None
    return Line(**values)


def _adjustment(row: Any) -> Adjustment:
    values = {name: getattr(row, name) for name in ADJUSTMENT}
    values["change"] = PlanChange(row.change)
    values["watch"] = Watch(row.watch) if row.watch else None
    return Adjustment(**values)
