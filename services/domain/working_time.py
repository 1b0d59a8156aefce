"""Working hours: Monday to Friday, nine to five by UK clocks, England's bank holidays off."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

UK = ZoneInfo("Europe/London")
OPENS = time(9)
CLOSES = time(17)
WORKING_DAY = timedelta(hours=8)
ONE_DAY = timedelta(days=1)
SATURDAY = 5

# After the last year of the table every weekday counts as working, so that a deadline comes early and never late.
BANK_HOLIDAYS: frozenset[date] = frozenset(
    date.fromisoformat(day)
    for day in (
        *("2025-01-01", "2025-04-18", "2025-04-21", "2025-05-05", "2025-05-26", "2025-08-25", "2025-12-25"),
        *("2025-12-26", "2026-01-01", "2026-04-03", "2026-04-06", "2026-05-04", "2026-05-25", "2026-08-31"),
        *("2026-12-25", "2026-12-28", "2027-01-01", "2027-03-26", "2027-03-29", "2027-05-03", "2027-05-31"),
        *("2027-08-30", "2027-12-27", "2027-12-28", "2028-01-03", "2028-04-14", "2028-04-17", "2028-05-01"),
        *("2028-05-29", "2028-08-28", "2028-12-25", "2028-12-26"),
    )
)


def is_working_day(day: date, holidays: Collection[date] = BANK_HOLIDAYS) -> bool:
    """Return whether offices are open on a day."""
    return day.weekday() < SATURDAY and day not in holidays


def add_working_time(start: datetime, duration: timedelta, holidays: Collection[date] = BANK_HOLIDAYS) -> datetime:
    """Return the moment, in UTC, at which a length of working time after an aware `start` has passed.

    Time outside working hours does not count: what comes in on a Friday night starts on Monday at nine.
    """
    day = local_date(start)
    left = duration
    if is_working_day(day, holidays):
        opens, closes = max(_at(day, OPENS), start.astimezone(UTC)), _at(day, CLOSES)
        if opens < closes and left <= closes - opens:
            return opens + left
        left -= max(closes - opens, timedelta(0))
    while True:
        day += ONE_DAY
        if is_working_day(day, holidays):
            if left <= WORKING_DAY:
                return _at(day, OPENS) + left
            left -= WORKING_DAY


def local_date(moment: datetime) -> date:
    """Return the date on a UK calendar of an aware moment."""
    return moment.astimezone(UK).date()


def end_of_local_day(moment: datetime) -> datetime:
    """Return midnight at the end of the UK day of an aware moment, in UTC."""
    return _at(local_date(moment) + timedelta(days=1), time(0))


def beginning_of(day: date) -> datetime:
    """Return midnight at the beginning of a UK day, in UTC."""
    return _at(day, time(0))


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, UK).astimezone(UTC)


def date_words(day: date) -> str:
    """Return a date as "3 Sep 2026".

    Policy: docs/house.md, section 4: British dates.
    """
    return f"{day.day} {day:%b %Y}"
