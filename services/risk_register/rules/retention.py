"""How long what has ended is kept before it is removed."""

from datetime import UTC, datetime, time, timedelta

from services.domain.review_dates import add_months
from services.domain.working_time import end_of_local_day, local_date

TEMPORARY_MONTHS = 13


def removed_if_ended_before(now: datetime) -> datetime:
    """Return the moment before which a temporary risk, or a fault that was repaired, ended for it to be removed by now.

    It is kept through the last day of its 13 months, by the calendar here.

    Policy: docs/domain/1.4.md: temporary risk, 13 months after expiry.
    """
    day_before = add_months(local_date(now), -TEMPORARY_MONTHS) - timedelta(days=1)
    return end_of_local_day(datetime.combine(day_before, time(12), UTC))
