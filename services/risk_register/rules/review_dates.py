"""When a risk record must be looked at again, and which visits count as having looked."""

import calendar
from datetime import date

from schemas.vocabulary import ReviewMethod, VisitKind, VisitOutcome

REVIEW_INTERVAL_MONTHS = {1: 60, 2: 60, 3: 36, 4: 24, 5: 12}
# A level whose review may be done from the desk.
DESK_CHECK_UP_TO_LEVEL = 1


def review_due_on(visited_on: date, base_level: int) -> date:
    """Return the date by which the next review must be done: 60, 60, 36, 24 or 12 months for levels 1 to 5.

    Policy: docs/domain/1.6.md and docs/domain/4.3.md, step 8; the base level counts, not the effective one.
    """
    return add_months(visited_on, REVIEW_INTERVAL_MONTHS[base_level])


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
