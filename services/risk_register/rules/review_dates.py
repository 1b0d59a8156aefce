"""When a risk record must be looked at again, and which visits count as having looked."""

import calendar
from datetime import date, timedelta
from enum import StrEnum

from schemas.vocabulary import ReviewMethod, VisitKind, VisitOutcome

REVIEW_INTERVAL_MONTHS = {1: 60, 2: 60, 3: 36, 4: 24, 5: 12}
EVACUATION_INTERVAL_MONTHS = 12
DUE_SOON = timedelta(days=60)
# A level whose review may be done from the desk.
DESK_CHECK_UP_TO_LEVEL = 1


class Freshness(StrEnum):
    """How far a record is from its review date."""

    IN_DATE = "IN_DATE"
    DUE_SOON = "DUE_SOON"
    OVERDUE = "OVERDUE"
    STALE = "STALE"


def review_due_on(visited_on: date, base_level: int) -> date:
    """Return the date by which the next review must be done: 60, 60, 36, 24 or 12 months for levels 1 to 5.

    Policy: docs/domain/1.6.md and docs/domain/4.3.md, step 8; the base level counts, not the effective one.
    """
    return add_months(visited_on, REVIEW_INTERVAL_MONTHS[base_level])


def evacuation_review_due_on(confirmed_on: date) -> date:
    """Return the date by which evacuation data and the building's plan must be confirmed again, at any level.

    Policy: SI 2025/797; docs/domain/4.3.md, step 8.
    """
    return add_months(confirmed_on, EVACUATION_INTERVAL_MONTHS)


def stale_on(visited_on: date, base_level: int) -> date:
    """Return the date from which a record is stale: one and a half intervals after the visit.

    Policy: docs/domain/4.3.md, step 8.
    """
    return add_months(visited_on, REVIEW_INTERVAL_MONTHS[base_level] * 3 // 2)


def freshness(visited_on: date | None, base_level: int, today: date) -> Freshness:
    """Return whether a record is in date, due soon, overdue or stale; one that nobody ever visited is stale.

    Policy: docs/domain/4.3.md, step 8: due soon is 60 days before, overdue the day after.
    """
    if visited_on is None or today >= stale_on(visited_on, base_level):
        return Freshness.STALE
    due = review_due_on(visited_on, base_level)
    if today > due:
        return Freshness.OVERDUE
    return Freshness.DUE_SOON if today >= due - DUE_SOON else Freshness.IN_DATE


def moves_visit_clock(method: ReviewMethod, outcome: VisitOutcome) -> bool:
    """Return whether a visit counts as having seen the premises: in person, and completed.

    Policy: docs/domain/1.6.md and docs/domain/4.1.md (A): a refused, partial or telephone review never does.
    """
    return method is ReviewMethod.PHYSICAL and outcome is VisitOutcome.COMPLETED


def counts_as_visit(kind: VisitKind, method: ReviewMethod, outcome: VisitOutcome) -> bool:
    """Return whether a visit counts as having seen the premises; what was only heard of it never does.

    Policy: docs/domain/1.6.md and docs/domain/4.1.md (A).
    """
    return kind is not VisitKind.INTELLIGENCE_ONLY and moves_visit_clock(method, outcome)


def moves_review_date(method: ReviewMethod, outcome: VisitOutcome, base_level: int) -> bool:
    """Return whether a visit moves the review date: one that moves the visit clock, or at level 1 a desk check.

    Policy: docs/domain/4.3.md, step 8.
    """
    desk_check = method is ReviewMethod.DESKTOP and base_level <= DESK_CHECK_UP_TO_LEVEL
    return moves_visit_clock(method, outcome) or (desk_check and outcome is VisitOutcome.COMPLETED)


def add_months(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last day where it is shorter.

    Policy: docs/domain/4.3.md, counts intervals in months.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
