"""How a visit plan is proposed: the most pressing premises first, so many as its watches can do, spread over them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction

from schemas.premises import LocatedPremises
from schemas.vocabulary import ReviewMethod, VisitKind, VisitOutcome, Watch
from services.domain.working_time import local_date
from services.risk_register.rules.asks import reason_of_date, reason_of_rule
from services.risk_register.rules.plans import Line, Plan, in_order, last_day_of
from services.risk_register.rules.pressing import Pressing, Rank, rank_of
from services.risk_register.rules.review_dates import counts_as_visit

UNVISITED = "Nobody has visited it yet"
UNSCORED = "Nobody has scored it yet"


@dataclass(frozen=True)
class Waiting:
    """A visit that waits for review: as much of it as says whether it counts as one."""

    visit_kind: VisitKind
    review_method: ReviewMethod
    outcome: VisitOutcome


@dataclass(frozen=True)
class Candidate:
    """A premises that must be visited, and what is being done about it already.

    `asked_station` and `asked_watch` are whom a person asked, None where nobody did; `planned_in` are other plans in
    which it stands and is not visited yet, by station and month.
    """

    premises: LocatedPremises
    station: str
    why: Pressing
    level: int | None
    due_on: date | None
    units: int = 0
    rule: str = ""
    asked_station: str | None = None
    asked_watch: Watch | None = None
    put_off_until: date | None = None
    planned_in: tuple[tuple[str, date], ...] = ()
    waiting: tuple[Waiting, ...] = ()

    @property
    def rank(self) -> Rank:
        """Return its place among those that must be visited."""
        return rank_of(self.level, self.why, self.due_on, self.units, self.premises.premises_id)


def proposed(plan: Plan, candidates: Iterable[Candidate], capacity: Mapping[Watch, int], by: str, at: datetime) -> Plan:
    """Return a plan made anew: what somebody changed, what crews are asked for and what is done stays as it is.

    Policy: docs/domain/4.4.md, the visit plan.
    """
    kept = [line for line in plan.lines if line.is_adjusted or line.visited_at or (line.is_in and line.ask_id)]
    there = {line.premises_id for line in kept}
    taken = Counter(line.watch for line in kept if line.is_in)
    wanted = [
        one for one in candidates if one.premises.premises_id not in there and is_wanted(one, plan, local_date(at))
    ]
    lines = [line_of(plan, one, watch, at) for one, watch in dealt(wanted, capacity, taken)]
    after = replace(plan, lines=in_order([*kept, *lines]), version=plan.version + 1)
    return replace(after, proposed_by=by, proposed_at=at)


def is_wanted(candidate: Candidate, plan: Plan, today: date) -> bool:
    """Return whether a premises is for this plan: nobody else sees to it, and nobody put it off for longer.

    A visit that waits for review and counts as one sees to it, and so does another plan until its month is over: what
    was not visited by then comes again.

    Policy: docs/domain/4.4.md, the visit plan.
    """
    if candidate.put_off_until and candidate.put_off_until > last_day_of(plan.month):
        return False
    if candidate.asked_station not in (None, plan.station):
        return False
    others = [place for place in candidate.planned_in if place != (plan.station, plan.month)]
    if any(last_day_of(month) >= today for _, month in others):
        return False
    return not any(counts_as_visit(one.visit_kind, one.review_method, one.outcome) for one in candidate.waiting)


def dealt(
    candidates: Sequence[Candidate], capacity: Mapping[Watch, int], taken: Mapping[Watch, int]
) -> list[tuple[Candidate, Watch]]:
    """Return which watch visits which premises: the most pressing first, each to the watch with most room for its size.

    No watch is given more than it can do; `taken` is what each has already. Whom a person asked keeps the visit: where
    that watch has no room, it is left to what was asked.

    Policy: docs/domain/4.4.md, the visit plan: limited to what a watch can do, spread fairly.
    """
    counts, answer = Counter(taken), []
    for candidate in sorted(candidates, key=lambda one: one.rank):
        free = [watch for watch, most in capacity.items() if counts[watch] < most]
        if candidate.asked_watch is not None:
            free = [watch for watch in free if watch is candidate.asked_watch]
        if not free:
            continue
        watch = min(free, key=lambda one: (Fraction(counts[one] + 1, capacity[one]), list(Watch).index(one)))
        counts[watch] += 1
        answer.append((candidate, watch))
    return answer


def line_of(plan: Plan, candidate: Candidate, watch: Watch, at: datetime) -> Line:
    """Return the line of a plan for a premises that must be visited.

    Policy: docs/domain/4.4.md, the visit plan.
    """
    return Line(
        station=plan.station,
        month=plan.month,
        premises_id=candidate.premises.premises_id,
        premises=candidate.premises,
        why=candidate.why,
        level=candidate.level,
        due_on=candidate.due_on,
        units=candidate.units,
        reason=reason_of(candidate, local_date(at)),
        proposed_watch=watch,
        watch=watch,
        planned_at=at,
    )


def reason_of(candidate: Candidate, today: date) -> str:
    """Return why a crew is asked to go there, as it reads it.

    Policy: docs/domain/4.4.md: a crew is told why.
    """
    if candidate.why is Pressing.NO_RECORD:
        return reason_of_rule(candidate.rule)
    if candidate.due_on is not None:
        return reason_of_date(candidate.due_on, today)
    return UNSCORED if candidate.why is Pressing.NO_DATE else UNVISITED
