"""Change a line of a visit plan by hand, take a change back, and set how much each watch can do."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from schemas.premises import LocatedPremises
from schemas.vocabulary import Watch
from services.domain.working_time import local_date
from services.risk_register.handlers.plans import PlansCommand, bring_to_crews, name_of, take
from services.risk_register.rules.capacities import (
    ALL_OTHERS,
    Capacities,
    numbers_of,
    reasons_to_refuse_capacity,
)
from services.risk_register.rules.plan_changes import (
    Planner,
    Wish,
    added_line,
    changed,
    conflict_of,
    may_change,
    newest,
    reason_to_refuse_adding,
    reasons_to_refuse_wish,
    taken_back,
)
from services.risk_register.rules.plans import Line, Plan, PlanChange, limits_of_month
from services.risk_register.store.capacities import hold_capacities, save_capacities
from services.risk_register.store.known_premises import find_known
from services.risk_register.store.plans import hold_open_lines, save_plans
from services.risk_register.store.pressing import find_candidate
from services.risk_register.store.records import find_record
from services.shared.errors import Conflict, FieldReason, NotFound, Refused
from services.shared.identifiers import new_id
from services.shared.identity import NotAllowed, Person
from services.shared.transactions import Work

NO_PREMISES = "there is no risk record of this number, and no such building with a point in the gazetteer"


@dataclass(frozen=True)
class AdjustCommand:
    """Who changes the line of which premises in which plan, how and why."""

    station: str
    month: date
    premises_id: str
    person: Person
    wish: Wish


@dataclass(frozen=True)
class TakeBackCommand:
    """Who takes which change of a plan back."""

    station: str
    month: date
    adjustment_id: str
    person: Person


@dataclass(frozen=True)
class CapacityCommand:
    """Who sets the numbers of a station (empty: of all without numbers of their own), in place of which version, why.

    Without numbers a station goes by those of all others.
    """

    station: str
    typed: Mapping[Watch, str]
    instead_of: int
    person: Person
    reason: str


async def adjust_plan(command: AdjustCommand, work: Work) -> Plan:
    """Move a visit to another watch, put it off, add it or take it out; raises with everything that is wrong."""
    wish, by = command.wish, command.person.name
    if not may_change(_planner(command.person), command.station, wish.change):
        raise NotAllowed
    (plan,) = await take(PlansCommand(command.month, command.person, (command.station,)), work)
    line, found = plan.line(command.premises_id), reasons_to_refuse_wish(plan, wish, local_date(work.now))
    if reason := conflict_of(line, wish):
        raise Conflict(reason)
    if wish.change is PlanChange.ADD:
        line, more = await _to_add(command, plan, line, work)
        found = (*more, *found)
    if found or line is None:
        raise Refused("; ".join(one.reason for one in found), found)
    after = changed(plan, line, wish, str(new_id(work.now)), by, work.now)
    after = await _bring(after, line.premises_id, by, work)
    await save_plans(work, [(plan, after)])
    until = wish.until.isoformat() if wish.until else None
    kept = {"premises_id": line.premises_id, "watch": wish.watch, "until": until, "reason": wish.reason.strip()}
    work.note(name_of(plan), f"{wish.change.value.replace('_', ' ').lower()}", by=by, **kept)
    return after


async def take_back(command: TakeBackCommand, work: Work) -> Plan:
    """Take the newest change at a premises of a plan back."""
    (plan,) = await take(PlansCommand(command.month, command.person, (command.station,)), work)
    made = next((each for each in plan.adjustments if each.adjustment_id == command.adjustment_id), None)
    if made is None:
        raise NotFound("there is no such change in this plan")
    if not may_change(_planner(command.person), command.station, made.change):
        raise NotAllowed
    if newest(plan, made.premises_id) is not made:
        raise Conflict("it was taken back already, or something was changed there since: look at it again")
    by = command.person.name
    after = await _bring(taken_back(plan, made, by, work.now), made.premises_id, by, work)
    await save_plans(work, [(plan, after)])
    work.note(name_of(plan), "change taken back", by=by, premises_id=made.premises_id, change=made.change)
    return after


async def set_capacity(command: CapacityCommand, work: Work) -> Capacities:
    """Set how many visits the watches of a station can make in a month; raises with everything that is wrong."""
    present, station = await hold_capacities(work), command.station.strip().upper()
    if present.version != command.instead_of:
        raise Conflict("somebody else has set other numbers since: load the page again")
    found = reasons_to_refuse_capacity(station, command.typed, command.reason)
    numbers, stations = numbers_of(command.typed), {**present.stations}
    stations[station] = numbers
    if station != ALL_OTHERS and not any(value.strip() for value in command.typed.values()):
        del stations[station]
    if stations == present.stations:
        found = (*found, FieldReason("/RED", "these are the numbers already: change one"))
    if found:
        raise Refused("; ".join(one.reason for one in found), found)
    after = replace(present, version=present.version + 1, stations=stations, reason=command.reason.strip())
    after = replace(after, set_by=command.person.name, set_at=work.now)
    await save_capacities(work, after)
    work.note("visit-plan-capacities", "set", by=after.set_by, station=station, version=after.version)
    return after


def _planner(person: Person) -> Planner:
    return Planner(person.roles, person.station)


async def _bring(plan: Plan, premises_id: str, by: str, work: Work) -> Plan:
    line = plan.line(premises_id)
    (after,) = await bring_to_crews([(plan, [line] if line else [])], by, work)
    return after


async def _to_add(
    command: AdjustCommand, plan: Plan, line: Line | None, work: Work
) -> tuple[Line | None, tuple[FieldReason, ...]]:
    today = local_date(work.now)
    pressing = await find_candidate(work, command.premises_id, limits_of_month(plan.month, today))
    premises = pressing.premises if pressing else await _find_premises(command.premises_id, work)
    if premises is None:
        return None, (FieldReason("/premises_id", NO_PREMISES),)
    if reason := reason_to_refuse_adding(await hold_open_lines(work, {command.premises_id}), plan, today):
        return None, (FieldReason("/premises_id", reason),)
    return line or added_line(plan, premises, pressing, command.wish, work.now), ()


async def _find_premises(premises_id: str, work: Work) -> LocatedPremises | None:
    record, known = await find_record(work, premises_id), await find_known(work, premises_id)
    return record.premises if record else known[0] if known else None
