"""Propose visit plans, and publish them to crews."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from services.domain.working_time import local_date
from services.risk_register.handlers.asks import keep_asked, keep_ended
from services.risk_register.rules.capacities import most_candidates
from services.risk_register.rules.plan_asks import asking
from services.risk_register.rules.planning import proposed
from services.risk_register.rules.plans import Line, Plan, limits_of_month, published, reason_to_refuse_month
from services.risk_register.store.asks import hold_open_asks
from services.risk_register.store.capacities import find_capacities
from services.risk_register.store.plans import hold_plans, list_stations, save_plans
from services.risk_register.store.pressing import list_candidates
from services.shared.errors import Conflict, NotFound, Refused
from services.shared.identifiers import new_id
from services.shared.identity import Person
from services.shared.transactions import Work

NOT_MADE = "there is no plan yet: propose one first"
CHANGED = "somebody has changed this plan since: look at it again"


@dataclass(frozen=True)
class PlansCommand:
    """Who does something to the plans of some stations (none: of all) for a month.

    `versions` says on which version of a plan this was decided, by station.
    """

    month: date
    person: Person
    stations: tuple[str, ...] = ()
    versions: Mapping[str, int] = field(default_factory=dict)


async def propose_plans(command: PlansCommand, work: Work) -> list[Plan]:
    """Make plans anew from what must be visited; what somebody changed, or what is asked of crews, stays."""
    before = await take(command, work)
    limits = limits_of_month(command.month, local_date(work.now))
    capacities, by = await find_capacities(work), command.person.name
    most, stations = most_candidates(capacities), [plan.station for plan in before]
    candidates = await list_candidates(work, stations, command.month, limits, most)
    after = [
        proposed(plan, candidates.get(plan.station, ()), capacities.of(plan.station), by, work.now) for plan in before
    ]
    await save_plans(work, zip(before, after, strict=True))
    for plan in after:
        work.note(name_of(plan), "proposed", by=by, visits=sum(line.is_in for line in plan.lines))
    return after


async def publish_plans(command: PlansCommand, work: Work) -> list[Plan]:
    """Ask crews for the visits of plans that they are not asked for yet."""
    before = [plan for plan in await take(command, work) if plan.version or command.stations]
    if not before or not all(plan.version for plan in before):
        raise Refused(NOT_MADE)
    by = command.person.name
    wanted = [(published(plan, by, work.now), plan.unasked) for plan in before]
    after = await bring_to_crews(wanted, by, work)
    await save_plans(work, zip(before, after, strict=True))
    for plan, lines in wanted:
        if lines:
            work.note(name_of(plan), "published", by=by, visits=len(lines))
    return after


async def take(command: PlansCommand, work: Work) -> list[Plan]:
    """Return plans in hand; raises if there are no such stations, or if their month can no longer be planned."""
    if reason := reason_to_refuse_month(command.month, local_date(work.now)):
        raise Conflict(reason)
    known = await list_stations(work)
    if any(station not in known for station in command.stations):
        raise NotFound("there is no such station: nothing in its ground is recorded or without a record")
    plans = await hold_plans(work, command.stations or known, command.month)
    if any(command.versions.get(plan.station, plan.version) != plan.version for plan in plans):
        raise Conflict(CHANGED)
    return plans


async def bring_to_crews(wanted: Sequence[tuple[Plan, Sequence[Line]]], by: str, work: Work) -> list[Plan]:
    """Ask crews for lines of plans as they are now, and no longer for what is out; return the plans with that."""
    open_asks = await hold_open_asks(work, {line.premises_id for _, lines in wanted for line in lines})
    after, begins, ends = [], [], []
    for plan, lines in wanted:
        answers = []
        for line in lines:
            there = [ask for ask in open_asks if ask.premises_id == line.premises_id]
            answers.append(asking(plan, line, there, str(new_id(work.now)), by, work.now))
        after.append(plan.with_lines(answer.line for answer in answers))
        ends += [ask for answer in answers for ask in answer.ends]
        begins += [answer.begins for answer in answers if answer.begins]
    await keep_ended(ends, work)
    await keep_asked(begins, work)
    return after


def name_of(plan: Plan) -> str:
    """Return what a plan is called in the history."""
    return f"visit-plan/{plan.station}/{plan.month:%Y-%m}"
