"""How old a tactical plan is, by its own review, as control and crews read it."""

from datetime import date, timedelta

from services.domain.working_time import date_words


def plan_is_overdue(review_due_on: date, today: date) -> bool:
    """Return whether a tactical plan should have been reviewed: from the day after its day.

    Policy: docs/domain/4.3.md, step 8.
    """
    return today > review_due_on


def plan_age_words(reviewed_on: date, review_due_on: date, today: date) -> str:
    """Return how old a tactical plan is: "Plan reviewed 3 Sep 2026, next 3 Sep 2028".

    Policy: docs/domain/4.5.md: age on each block.
    """
    if plan_is_overdue(review_due_on, today):
        return f"Plan last reviewed {date_words(reviewed_on)}: REVIEW OVERDUE since {date_words(review_due_on)}"
    return f"Plan reviewed {date_words(reviewed_on)}, next {date_words(review_due_on)}"


def plan_reads_otherwise_on(review_due_on: date, today: date) -> date:
    """Return the day on which that reads otherwise, the last day there is if it does not again.

    Policy: docs/domain/4.5.md.
    """
    return review_due_on + timedelta(days=1) if today <= review_due_on else date.max
