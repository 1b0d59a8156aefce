"""How a time, a date, an age, a deadline, a distance and a risk level are said in words on every screen and print."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from services.domain.words import LEVEL_WORDS
from services.domain.working_time import date_words as date_words  # said in one way by rules and by screens

LONDON = ZoneInfo("Europe/London")
UNKNOWN = "UNKNOWN"

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SOON = timedelta(hours=1)


def as_time(value: datetime | str) -> datetime:
    """Return the moment meant, aware and in UTC; raises `ValueError` for a time without a time zone."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if moment.tzinfo is None:
        raise ValueError("a time on a page must know its time zone")
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


def as_date(value: date | datetime | str) -> date:
    """Return the calendar day meant, which for a moment is the day it was in London."""
    if isinstance(value, str):
        return as_date(datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value))
    return as_time(value).astimezone(LONDON).date() if isinstance(value, datetime) else value


def machine_time(at: datetime) -> str:
    """Return the moment for machines: RFC 3339, UTC, to the second."""
    return as_time(at).strftime("%Y-%m-%dT%H:%M:%SZ")


def full_date(day: date) -> str:
    """Return a date as "Thu 3 Sep 2026"."""
    return f"{day:%a} {date_words(day)}"


def full_time(at: datetime) -> str:
    """Return a moment as "14:02:31 BST on Thu 3 Sep 2026", for print and for hovering."""
    local = as_time(at).astimezone(LONDON)
    return f"{local:%H:%M:%S %Z} on {full_date(local.date())}"


def time_words(at: datetime, now: datetime) -> str:
    """Return a moment as a colleague would say it: "14:02 today", "09:15 yesterday", "14:02 on 3 Sep 2026"."""
    local = as_time(at).astimezone(LONDON)
    away = (local.date() - now.astimezone(LONDON).date()).days
    named = {0: "today", -1: "yesterday", 1: "tomorrow"}
    return f"{local:%H:%M} {named.get(away, f'on {date_words(local.date())}')}"


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 or unit in ("min", "h") else f"{number} {unit}s"


def duration_words(length: timedelta) -> str:
    """Return a length of time in its largest fitting unit, rounded down: "40 min", "2 h", "3 days"."""
    length = abs(length)
    if length < MINUTE:
        return "less than 1 min"
    if length < HOUR:
        return _counted(length // MINUTE, "min")
    if length < 2 * DAY:
        return _counted(length // HOUR, "h")
    return _counted(length // DAY, "day")


def _days_ago(days: int) -> str:
    if days < 120:
        return f"{_counted(days, 'day')} ago"
    months = int(days / 30.4375)
    return f"{_counted(months, 'month')} ago" if months < 24 else f"{_counted(days * 4 // 1461, 'year')} ago"


def age_words(since: date | datetime, now: datetime) -> str:
    """Return how long ago something was: "just now", "5 min ago", "3 h ago", "80 days ago", "14 months ago".

    Ages are rounded down. A day without a time is counted in calendar days in London, from "today".
    """
    if not isinstance(since, datetime):
        days = (now.astimezone(LONDON).date() - since).days
        if days == 0:
            return "today"
        return _days_ago(days) if days > 0 else f"in {_counted(-days, 'day')}"
    length = now - as_time(since)
    if length < timedelta(0):
        return f"in {duration_words(length)}" if length <= -MINUTE else "just now"
    if length < MINUTE:
        return "just now"
    return _days_ago(length // DAY) if length >= 2 * DAY else f"{duration_words(length)} ago"


@dataclass(frozen=True)
class Deadline:
    """What to say of something that is due, and how pressing it is: "later", "soon" or "overdue"."""

    words: str
    urgency: str


def deadline_words(due_at: datetime, now: datetime, soon: timedelta = SOON) -> Deadline:
    """Return "due in 40 min" or "overdue by 2 h", and how pressing that is."""
    left = as_time(due_at) - now
    if left < timedelta(0):
        return Deadline(f"overdue by {duration_words(left)}", "overdue")
    return Deadline(f"due in {duration_words(left)}", "soon" if left <= soon else "later")


def distance_words(metres: float) -> str:
    """Return a distance as "40 m", "1.2 km" or "12 km"."""
    if round(metres) < 1000:
        return f"{round(metres)} m"
    kilometres = metres / 1000
    return f"{kilometres:.1f} km" if round(kilometres, 1) < 10 else f"{round(kilometres):,} km"


def level_words(level: int | None) -> str:
    """Return a risk level in words: "Very high" for 5, "UNKNOWN" for none."""
    return UNKNOWN if level is None else LEVEL_WORDS[level]
