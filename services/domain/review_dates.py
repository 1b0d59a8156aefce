"""When a risk record must be looked at again, and how far it may be relied on by its age until then."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

REVIEW_INTERVAL_MONTHS = {1: 60, 2: 60, 3: 36, 4: 24, 5: 12}
EVACUATION_MONTHS = 12
DUE_SOON = timedelta(days=60)


class Freshness(StrEnum):
    """The four ages of a record, and the one nobody can tell."""

    IN_DATE = "IN_DATE"
    DUE_SOON = "DUE_SOON"
    OVERDUE = "OVERDUE"
    STALE = "STALE"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class Dates:
    """What is known of when a record was seen and must be seen again."""

    visited_on: date | None
    review_due_on: date | None
    base_level: int | None


def review_due_on(visited_on: date, base_level: int) -> date:
    """Return the date by which the next review must be done: 60, 60, 36, 24 or 12 months for levels 1 to 5.

    Policy: docs/domain/1.6.md and docs/domain/4.3.md, step 8; the base level counts, not the effective one.
    """
    return add_months(visited_on, REVIEW_INTERVAL_MONTHS[base_level])


def freshness(dates: Dates, today: date) -> Freshness:
    """Return how fresh a record is; one that nobody has visited is stale, one with no review date is unknown.

    Policy: docs/domain/4.3.md, step 8: due soon is 60 days before, overdue the day after, stale after
    one and a half intervals. The register sets the review date; a stale record is still shown.
    """
    stale_on, due = stale_from(dates), dates.review_due_on
    if stale_on is not None and today >= stale_on:
        return Freshness.STALE
    if due is None:
        return Freshness.UNKNOWN
    if today > due:
        return Freshness.OVERDUE
    return Freshness.DUE_SOON if today >= due - DUE_SOON else Freshness.IN_DATE


def stale_from(dates: Dates) -> date | None:
    """Return the first day on which a record is stale: the first there is if nobody has visited, None if never.

    Policy: docs/domain/4.3.md, step 8: one and a half intervals after it was last reviewed.
    """
    if dates.visited_on is None:
        return date.min
    months = REVIEW_INTERVAL_MONTHS.get(dates.base_level or 0)
    return add_months(dates.review_due_on, months // 2) if dates.review_due_on and months else None


def freshness_changes_on(dates: Dates, today: date) -> date:
    """Return the next day on which a record is of another freshness, the last day there is if it never is.

    Policy: docs/domain/4.3.md, step 8.
    """
    due = dates.review_due_on
    if dates.visited_on is None or due is None:
        return date.max
    days = (due - DUE_SOON, due + timedelta(days=1), stale_from(dates))
    return min((day for day in days if day is not None and day > today), default=date.max)


def dates_of_fact(seen_on: date, base_level: int | None) -> Dates:
    """Return the dates by which a fact ages that was last seen on a day: as a record that was seen whole that day.

    Where nobody has scored the premises, it ages as at the highest level.

    Policy: docs/domain/4.3.md, step 8.
    """
    level = base_level or max(REVIEW_INTERVAL_MONTHS)
    return Dates(seen_on, review_due_on(seen_on, level), level)


def fact_freshness(seen_on: date | None, base_level: int | None, today: date) -> Freshness:
    """Return how fresh one fact is by when it was last seen: unknown where nobody kept when.

    Policy: docs/domain/4.3.md, step 8.
    """
    return Freshness.UNKNOWN if seen_on is None else freshness(dates_of_fact(seen_on, base_level), today)


def evacuation_is_overdue(confirmed_on: date | None, today: date) -> bool:
    """Return whether the evacuation strategy must be confirmed again: 12 months after it was, at any level.

    Policy: SI 2025/797; docs/domain/4.3.md, step 8.
    """
    return confirmed_on is None or today > add_months(confirmed_on, EVACUATION_MONTHS)


def add_months(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last day where it is shorter.

    Policy: docs/domain/4.3.md, counts intervals in months.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
