"""The page filters: a time, date, age, deadline, distance or risk level as marked-up words with its full form."""

from contextvars import ContextVar
from datetime import date, datetime, timedelta

from markupsafe import Markup, escape

from services.shared.web import words

# Set for the length of one page: every time on a page is told from the same moment.
page_time: ContextVar[datetime] = ContextVar("page_time")

Moment = datetime | str | None
Day = date | datetime | str | None


def unknown() -> Markup:
    """Return the mark for a fact that nobody has told us: bold, in words, never a blank."""
    return Markup(f'<strong class="ravi-unknown">{words.UNKNOWN}</strong>')


# `Markup.format` takes ten times as long as an f-string: with two times in each line, a third of a list's page.
def _time_element(kind: str, machine: str, said: str, full: str, more: str = "") -> Markup:
    said, full = escape(said), escape(full)
    return Markup(
        f'<time class="ravi-time" data-ravi-time="{kind}" datetime="{machine}" title="{full}"{more}>'
        f'<span class="ravi-time__words">{said}</span><span class="ravi-time__full">{full}</span></time>'
    )


def uk_time(at: Moment) -> Markup:
    """Return "14:02 today", with the full time on hover and in print."""
    if at is None:
        return unknown()
    moment = words.as_time(at)
    said = words.time_words(moment, page_time.get())
    return _time_element("time", words.machine_time(moment), said, words.full_time(moment))


def uk_date(on: Day) -> Markup:
    """Return "3 Sep 2026", with the weekday on hover and in print."""
    if on is None:
        return unknown()
    day = words.as_date(on)
    return _time_element("date", day.isoformat(), words.date_words(day), words.full_date(day))


def age(since: Day) -> Markup:
    """Return "80 days ago", with the full time or date on hover and in print."""
    if since is None:
        return unknown()
    if isinstance(since, datetime) or (isinstance(since, str) and "T" in since):
        moment = words.as_time(since)
        said = words.age_words(moment, page_time.get())
        return _time_element("age", words.machine_time(moment), said, words.full_time(moment))
    day = words.as_date(since)
    return _time_element("age", day.isoformat(), words.age_words(day, page_time.get()), words.full_date(day))


def deadline(due_at: Moment, now: datetime | None = None, soon_minutes: int = 60) -> Markup:
    """Return "due in 40 min" or "overdue by 2 h" by word and colour; past `soon_minutes` before, it turns yellow."""
    if due_at is None:
        return Markup('<span class="ravi-deadline">no deadline</span>')
    moment = words.as_time(due_at)
    pressing = words.deadline_words(moment, now or page_time.get(), timedelta(minutes=soon_minutes))
    element = _time_element(
        "deadline",
        words.machine_time(moment),
        pressing.words,
        f"due {words.full_time(moment)}",
        f' data-ravi-soon="{escape(soon_minutes)}"',
    )
    return Markup(f'<strong class="ravi-deadline ravi-deadline--{pressing.urgency}">{element}</strong>')


def distance(metres: float | None) -> str:
    """Return "350 m" or "1.2 km" (metres in)."""
    return unknown() if metres is None else words.distance_words(metres)


def level_tag(level: int | None, base: int | None = None) -> Markup:
    """Return the risk level by number, word and colour: "5 VERY HIGH"; "4 → 5" when `base` differs."""
    if level is None:
        return Markup(f'<strong class="ravi-level ravi-level--unknown">Level {words.UNKNOWN}</strong>')
    number: str = escape(level)
    if base is not None and base != level:
        number = (
            f'<span class="govuk-visually-hidden">raised from </span>{escape(base)}'
            f'<span aria-hidden="true"> → </span><span class="govuk-visually-hidden"> to </span>{number}'
        )
    return Markup(
        f'<strong class="ravi-level ravi-level--{escape(level)}"><span class="govuk-visually-hidden">Risk level </span>'
        f'<span class="ravi-level__number">{number}</span> {escape(words.level_words(level))}</strong>'
    )


FILTERS = {
    "uk_time": uk_time,
    "uk_date": uk_date,
    "age": age,
    "deadline": deadline,
    "distance": distance,
    "level_tag": level_tag,
}
