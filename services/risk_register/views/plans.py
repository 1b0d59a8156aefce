"""Visit plans as they are read: all stations of a month with their counts, one plan narrowed, and one line of it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from schemas.vocabulary import Watch
from services.domain.working_time import local_date
from services.risk_register.rules.capacities import Capacities, Numbers
from services.risk_register.rules.plan_changes import Planner, may_read, newest
from services.risk_register.rules.plans import (
    Adjustment,
    Line,
    LineState,
    Plan,
    PlanWanted,
    last_day_of,
    reason_to_refuse_month,
    state_of,
)
from services.risk_register.store.capacities import find_capacities, list_capacities
from services.risk_register.store.plans import count_lines, find_plan, list_heads, list_stations
from services.shared.errors import NotFound
from services.shared.identity import NotAllowed, Person
from services.shared.service import Tools

Counts = Mapping[LineState, int]


@dataclass(frozen=True)
class PlanRow:
    """One line of a plan and where it stands today."""

    line: Line
    state: LineState


@dataclass(frozen=True)
class PlanPage:
    """The plan of a station for a month: its lines as they are wanted, and how many there are.

    `counts` are of the watch that is wanted, by state; `by_watch` of all its visits that were not taken out or put off,
    `capacity` what each watch can do. `refusal` is why it can no longer be changed, None if it can.
    """

    plan: Plan
    wanted: PlanWanted
    rows: tuple[PlanRow, ...]
    counts: Counts
    by_watch: Mapping[Watch, int]
    capacity: Numbers
    refusal: str | None
    today: date

    @property
    def total(self) -> int:
        """How many lines there are of the watch that is wanted."""
        return sum(self.counts.values())

    @property
    def unasked(self) -> int:
        """How many of its visits are not asked of anybody yet."""
        return len(self.plan.unasked)


@dataclass(frozen=True)
class PlanLinePage:
    """One line of a plan with all that was changed there, oldest first, and what of it can be taken back."""

    plan: Plan
    row: PlanRow
    adjustments: tuple[Adjustment, ...]
    newest: Adjustment | None
    refusal: str | None


@dataclass(frozen=True)
class StationPlan:
    """The plan of one station as the list of stations has it."""

    plan: Plan
    counts: Counts
    capacity: int

    @property
    def in_it(self) -> int:
        """How many visits are in it."""
        return sum(total for state, total in self.counts.items() if is_in_plan(state))


@dataclass(frozen=True)
class PlansPage:
    """The plans of a month: one for each station, and the counts of all."""

    month: date
    stations: tuple[StationPlan, ...]
    counts: Counts
    refusal: str | None
    today: date


def is_in_plan(state: LineState) -> bool:
    """Return whether a line that stands so is in its plan."""
    return state not in (LineState.PUT_OFF, LineState.TAKEN_OUT)


async def plans_page(tools: Tools, month: date) -> PlansPage:
    """Return the plans of all stations for a month."""
    today = local_date(tools.clock.now())
    async with tools.database.reading() as session:
        heads = {plan.station: plan for plan in await list_heads(session, month)}
        counted, stations = await count_lines(session, month), await list_stations(session)
        capacities = await find_capacities(session)
    by_station: dict[str, Counter[LineState]] = defaultdict(Counter)
    for each in counted:
        by_station[each.station][state_of(each.standing, last_day_of(month), today)] += each.total
    lines = tuple(
        StationPlan(heads.get(one, Plan(one, month)), by_station[one], sum(capacities.of(one).values()))
        for one in stations
    )
    counts = sum(by_station.values(), Counter[LineState]())
    return PlansPage(month, lines, counts, reason_to_refuse_month(month, today), today)


async def plan_page(tools: Tools, person: Person, station: str, month: date, wanted: PlanWanted) -> PlanPage:
    """Return the plan of a station for a month; raises where this person may not read it."""
    if not may_read(Planner(person.roles, person.station), station):
        raise NotAllowed
    today = local_date(tools.clock.now())
    async with tools.database.reading() as session:
        plan, capacities = await find_plan(session, station, month), await find_capacities(session)
    rows = rows_of(plan, today)
    of_watch = [row for row in rows if wanted.watch in (None, row.line.watch)]
    shown = tuple(row for row in of_watch if wanted.state in (None, row.state))
    by_watch = Counter(row.line.watch for row in rows if is_in_plan(row.state))
    counts = Counter(row.state for row in of_watch)
    refusal = reason_to_refuse_month(month, today)
    return PlanPage(plan, wanted, shown, counts, by_watch, capacities.of(station), refusal, today)


async def plan_line_page(tools: Tools, person: Person, station: str, month: date, premises_id: str) -> PlanLinePage:
    """Return one line of a plan; raises where there is none, or where this person may not read it."""
    if not may_read(Planner(person.roles, person.station), station):
        raise NotAllowed
    today = local_date(tools.clock.now())
    async with tools.database.reading() as session:
        plan = await find_plan(session, station, month)
    row = next((row for row in rows_of(plan, today) if row.line.premises_id == premises_id), None)
    if row is None:
        raise NotFound("these premises are not in this plan")
    changes, last = plan.adjustments_of(premises_id), newest(plan, premises_id)
    return PlanLinePage(plan, row, changes, last, reason_to_refuse_month(month, today))


async def capacities_page(tools: Tools) -> tuple[tuple[Capacities, ...], tuple[str, ...]]:
    """Return the numbers as they were set, the present ones first, and the stations there are."""
    async with tools.database.reading() as session:
        return tuple(await list_capacities(session)), tuple(await list_stations(session))


def rows_of(plan: Plan, today: date) -> tuple[PlanRow, ...]:
    """Return the lines of a plan with where each stands; those that left no trace are left out."""
    lines: Iterable[Line] = (line for line in plan.lines if line.is_in or line.is_adjusted)
    return tuple(PlanRow(line, state_of(line.standing, last_day_of(plan.month), today)) for line in lines)
