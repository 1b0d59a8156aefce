"""How long a temporary risk may stand, and from which day on it waits for somebody to say whether it is over."""

from datetime import UTC, date, datetime, time, timedelta

from schemas.risk_register import TemporaryRiskShown
from schemas.vocabulary import TemporarySource
from services.domain.review_dates import add_months
from services.domain.working_time import date_words, end_of_local_day, local_date

LONGEST = timedelta(days=90)
KEPT_MONTHS = 13
NOT_SEEN = "responsible person, not seen by a crew"


def is_past_its_end(ends_on: date, today: date) -> bool:
    """Return whether a temporary risk has ended by its date: from the day after its last one.

    It is still shown, greyed, until somebody confirms that it is over, or renews it.

    Policy: docs/domain/1.6.md: expired, to be confirmed; never silently gone.
    """
    return today > ends_on


def holds_words(starts_on: date, ends_on: date, today: date) -> str:
    """Return when it holds, as control and crews read it on a day: "until 12 Dec", "until 12 Jan 2027".

    Policy: docs/domain/4.5.md; after its end "ended on …: to be confirmed".
    """
    if is_past_its_end(ends_on, today):
        return f"ended on {_words(ends_on, today)}: to be confirmed"
    if today < starts_on:
        return f"from {_words(starts_on, today)} until {_words(ends_on, today)}"
    return f"until {_words(ends_on, today)}"


def shown_words(risk: TemporaryRiskShown, today: date) -> str:
    """Return when a temporary risk holds; of what a responsible person reported also since when: "since 3 Nov, …".

    Policy: docs/domain/4.5.md.
    """
    holds = holds_words(risk.starts_on, risk.ends_on, today)
    if risk.source is not TemporarySource.RESPONSIBLE_PERSON:
        return holds
    return f"since {_words(risk.starts_on, today)}, {holds}"


def said_by(risk: TemporaryRiskShown) -> str:
    """Return on whose word a temporary risk stands that the risk team has not made its own; empty for one of theirs.

    Policy: docs/domain/4.5.md: a crew's under its callsign; what comes from outside says that no crew has seen it.
    """
    if risk.callsign:
        return f"crew report, {risk.callsign}"
    return NOT_SEEN if risk.source is TemporarySource.RESPONSIBLE_PERSON else ""


def reads_otherwise_on(starts_on: date, ends_on: date, today: date) -> date:
    """Return the next day on which that reads otherwise: as it begins, after its end, or in another year.

    Policy: docs/domain/4.5.md.
    """
    new_year = date(today.year + 1, 1, 1)
    return min(day for day in (starts_on, ends_on + timedelta(days=1), new_year) if day > today)


def removed_if_ended_before(now: datetime) -> datetime:
    """Return the moment before which a temporary risk, or a fault that was repaired, ended for it to be removed by now.

    It is kept through the last day of its 13 months, by the calendar here.

    Policy: docs/domain/1.4.md: temporary risk, 13 months after expiry.
    """
    day_before = add_months(local_date(now), -KEPT_MONTHS) - timedelta(days=1)
    return end_of_local_day(datetime.combine(day_before, time(12), UTC))


def _words(day: date, today: date) -> str:
    return f"{day.day} {day:%b}" if day.year == today.year else date_words(day)
