"""What a person changes in a visit plan: moved, put off, added, taken out, each with a reason, and taken back again."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from schemas.premises import LocatedPremises
from schemas.vocabulary import Role, Watch
from services.domain.working_time import date_words
from services.risk_register.rules.asks import LATEST, reasons_to_refuse_words
from services.risk_register.rules.planning import Candidate, line_of
from services.risk_register.rules.plans import Adjustment, Line, Plan, PlanChange, last_day_of
from services.risk_register.rules.pressing import Pressing
from services.risk_register.rules.rights import DESK
from services.shared.errors import FieldReason


@dataclass(frozen=True)
class Wish:
    """What somebody wants to change at one premises of a plan, and why."""

    change: PlanChange
    reason: str
    watch: Watch | None = None
    until: date | None = None


@dataclass(frozen=True)
class Planner:
    """Who looks at a plan: their roles, and the station that their sign-in names."""

    roles: Collection[str]
    station: str | None

    def leads(self, station: str) -> bool:
        """Return whether this is the officer in charge of a station."""
        return Role.OFFICER_IN_CHARGE in self.roles and (self.station or "").upper() == station


def may_change(who: Planner, station: str, change: PlanChange) -> bool:
    """Return whether somebody may change a plan so: the risk team all of it, an officer in charge whose watch goes.

    Policy: docs/domain/4.4.md, the visit plan.
    """
    return bool({*DESK} & {*who.roles}) or (who.leads(station) and change is PlanChange.MOVE)


def may_read(who: Planner, station: str) -> bool:
    """Return whether somebody may read the plan of a station: the risk team, and its own officer in charge.

    Policy: docs/domain/4.4.md, the visit plan.
    """
    return bool({*DESK} & {*who.roles}) or who.leads(station)


def reasons_to_refuse_wish(plan: Plan, wish: Wish, today: date) -> tuple[FieldReason, ...]:
    """Return what is missing or wrong in what somebody wants to change, each with how to mend it.

    Policy: docs/domain/4.4.md, the visit plan: every change by hand has a reason.
    """
    found = list(reasons_to_refuse_words(wish.reason, "say why: the crew may read it"))
    if wish.change in (PlanChange.MOVE, PlanChange.ADD) and wish.watch is None:
        found.append(FieldReason("/watch", "choose the watch that is to go"))
    if wish.change is PlanChange.PUT_OFF:
        first, last = last_day_of(plan.month), today + LATEST
        if wish.until is None or not first < wish.until <= last:
            words = f"give a day after {date_words(first)}, the end of this plan, until {date_words(last)}"
            found.append(FieldReason("/until", words))
    return tuple(found)


def conflict_of(line: Line | None, wish: Wish) -> str | None:
    """Return why a line, as it is by now, cannot be changed so, None if it can.

    Policy: docs/domain/4.4.md, the visit plan.
    """
    if line is not None and line.visited_at is not None:
        return "a crew has been there: look at the plan again"
    if wish.change is PlanChange.ADD:
        return "it is in this plan already: look at the plan again" if line is not None and line.is_in else None
    if line is None or not line.is_in:
        return "it is no longer in this plan: look at the plan again"
    is_same = wish.change is PlanChange.MOVE and wish.watch is line.watch
    return "it is with this watch already: choose another one" if is_same else None


def replayed(line: Line, adjustments: tuple[Adjustment, ...]) -> Line:
    """Return a line as it was proposed, with all changes by hand that nobody took back, oldest first.

    Policy: docs/domain/4.4.md, the visit plan: what is taken back leaves no trace in the plan, only in its history.
    """
    watch, is_in, until = line.proposed_watch or line.watch, line.proposed_watch is not None, None
    present = [each for each in adjustments if each.undone_at is None]
    for each in present:
        if each.change in (PlanChange.MOVE, PlanChange.ADD):
            watch, is_in, until = each.watch or watch, is_in or each.change is PlanChange.ADD, None
        else:
            is_in, until = False, each.until
    return replace(line, watch=watch, is_in=is_in, put_off_until=until, is_adjusted=bool(present))


def changed(plan: Plan, line: Line, wish: Wish, adjustment_id: str, by: str, at: datetime) -> Plan:
    """Return a plan in which a line is changed as somebody wants it.

    Policy: docs/domain/4.4.md, the visit plan.
    """
    made = Adjustment(
        adjustment_id=adjustment_id,
        station=plan.station,
        month=plan.month,
        premises_id=line.premises_id,
        change=wish.change,
        reason=wish.reason.strip(),
        made_by=by,
        made_at=at,
        watch=wish.watch if wish.change in (PlanChange.MOVE, PlanChange.ADD) else None,
        until=wish.until if wish.change is PlanChange.PUT_OFF else None,
    )
    after = replace(plan, adjustments=(*plan.adjustments, made), version=plan.version + 1)
    return after.with_lines([replayed(line, after.adjustments_of(line.premises_id))])


def newest(plan: Plan, premises_id: str) -> Adjustment | None:
    """Return the change by hand at one premises that can be taken back: the newest that still counts.

    Policy: docs/domain/4.4.md, the visit plan.
    """
    line = plan.line(premises_id)
    if line is None or line.visited_at is not None:
        return None
    present = [each for each in plan.adjustments_of(premises_id) if each.undone_at is None]
    return present[-1] if present else None


def taken_back(plan: Plan, adjustment: Adjustment, by: str, at: datetime) -> Plan:
    """Return a plan without one change that was made by hand; who took it back is kept.

    Policy: docs/domain/4.4.md, the visit plan.
    """
    undone = replace(adjustment, undone_by=by, undone_at=at)
    kept = tuple(undone if each is adjustment else each for each in plan.adjustments)
    after = replace(plan, adjustments=kept, version=plan.version + 1)
    line = after.line(adjustment.premises_id)
    return after.with_lines([replayed(line, after.adjustments_of(line.premises_id))]) if line else after


def added_line(plan: Plan, premises: LocatedPremises, pressing: Candidate | None, wish: Wish, at: datetime) -> Line:
    """Return the line of a premises that a person puts into a plan; `pressing` if it must be visited anyhow.

    Policy: docs/domain/4.4.md, the visit plan.
    """
    by_hand = Candidate(premises, plan.station, Pressing.BY_HAND, None, None)
    line = line_of(plan, pressing or by_hand, wish.watch or Watch.RED, at)
    reason = line.reason if pressing else wish.reason.strip()
    return replace(line, proposed_watch=None, is_in=False, reason=reason)


def reason_to_refuse_adding(lines: Iterable[Line], plan: Plan, today: date) -> str | None:
    """Return why a premises cannot be put into this plan, None if it can: it stands in another one that is not over.

    `lines` are all at that premises that nobody has visited yet.

    Policy: docs/domain/4.4.md, the visit plan: nothing is in two plans at once.
    """
    for line in lines:
        if (line.station, line.month) != (plan.station, plan.month) and last_day_of(line.month) >= today:
            return f"it is in the plan of station {line.station} for {line.month:%B %Y}: take it out there first"
    return None
