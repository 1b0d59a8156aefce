"""What is recorded of a Safe and Well case: its need, each try to reach the person, the visit, and what was fitted."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.referrals.rules.deadlines import Need, deadlines_of
from services.referrals.rules.framework import Factor, Fitting, Means, Reached
from services.referrals.rules.records import Filed, Progress, VisitResult

MOST_TRIES = 40


@dataclass(frozen=True)
class Assessed:
    """The need as somebody judged it, and what that rests on."""

    need: Need
    factors: tuple[Factor, ...]
    words: str
    at: datetime
    by: str

    def __repr__(self) -> str:
        return "[withheld]"


@dataclass(frozen=True)
class Try:
    """One try to reach the person: when, how, and whether it did."""

    tried_at: datetime
    means: Means
    reached: Reached
    words: str
    by: str

    def __repr__(self) -> str:
        return "[withheld]"


@dataclass(frozen=True)
class Visit:
    """The visit: when it is booked for, or was made or tried, what came of it, and what was fitted."""

    result: VisitResult
    at: datetime
    words: str
    by: str
    fitted: Mapping[Fitting, int] = field(default_factory=dict)

    def __repr__(self) -> str:
        return "[withheld]"


@dataclass(frozen=True)
class HomeVisit:
    """All that is recorded of one case; it is kept sealed. A visit that came to nothing stays in `earlier`."""

    assessed: Assessed | None = None
    tries: tuple[Try, ...] = ()
    visit: Visit | None = None
    earlier: tuple[Visit, ...] = ()

    def __repr__(self) -> str:
        return "[withheld]"


NOTHING_RECORDED = HomeVisit()


def with_try(before: HomeVisit, tried: Try, number: int) -> HomeVisit:
    """Return what is recorded of a case with one more try, or with the one of that number corrected.

    Policy: docs/domain/4.8.md.
    """
    if not number:
        return replace(before, tries=(*before.tries, tried))
    return replace(before, tries=(*before.tries[: number - 1], tried, *before.tries[number:]))


def with_visit(before: HomeVisit, visit: Visit) -> HomeVisit:
    """Return what is recorded of a case with its visit as it is now; one where nobody was there is kept beside it.

    Policy: docs/domain/4.8.md.
    """
    was = before.visit
    kept = (was,) if was and was.result is VisitResult.NOT_REACHED else ()
    return replace(before, visit=visit, earlier=(*before.earlier, *kept)[-MOST_TRIES:])


def progress_of(recorded: HomeVisit, filed: Filed) -> Progress:
    """Return how far a case has come by what is recorded: the person counts as reached from the first time they were.

    Whoever opened the door, or refused the visit, was reached. By when they had to be is kept as the need now stands,
    counted from when the referral came to the desk.

    Policy: docs/domain/4.2.md, SG10, and 4.7, measure 19.
    """
    need = recorded.assessed.need if recorded.assessed else None
    met = [tried.tried_at for tried in recorded.tries if tried.reached is Reached.YES]
    visit = recorded.visit
    if visit and visit.result in (VisitResult.DONE, VisitResult.REFUSED):
        met.append(visit.at)
    reached_at = min(met, default=None)
    earlier = filed.progress
    by = deadlines_of(filed.kind, filed.priority, filed.clock_started_at, need).first_action_by
    # A clock that started anew since, as the case was opened again, is not the one that the first contact had to keep.
    same_clock = earlier.reached_at is None or earlier.reached_at >= filed.clock_started_at
    reach_by = (by if same_clock else earlier.reach_by) if reached_at else None
    return Progress(need, reached_at, reach_by, visit.result if visit else None, visit.at if visit else None)
