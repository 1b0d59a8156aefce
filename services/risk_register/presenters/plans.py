"""Visit plans in words: why, where a line stands, what was changed, and the way to each narrower list."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import quote

from schemas.vocabulary import Watch
from services.domain.review_dates import add_months
from services.domain.words import words_for
from services.domain.working_time import date_words
from services.risk_register.presenters.narrowing import narrowed
from services.risk_register.rules.plans import Adjustment, LineState, PlanChange, PlanWanted
from services.risk_register.rules.pressing import Pressing

PATH = "/oversight/plans"
STATE_WORDS = {
    LineState.LATE: "Late",
    LineState.PLANNED: "Not asked yet",
    LineState.ASKED: "Asked",
    LineState.WITHDRAWN: "Withdrawn",
    LineState.DONE: "Done",
    LineState.PUT_OFF: "Put off",
    LineState.TAKEN_OUT: "Taken out",
}
WHY_WORDS = {
    Pressing.STALE: "Stale",
    Pressing.OVERDUE: "Overdue",
    Pressing.NO_RECORD: "No record",
    Pressing.DUE: "Due",
    Pressing.DUE_SOON: "Due in 60 days",
    Pressing.NO_DATE: "Not scored",
    Pressing.BY_HAND: "Added by hand",
}


def month_words(month: date) -> str:
    """Return a month as it is read: December 2026."""
    return f"{month:%B %Y}"


def month_code(month: date) -> str:
    """Return a month as it stands in an address: 2026-12."""
    return f"{month:%Y-%m}"


def plan_path(station: str, month: date) -> str:
    """Return the address of the plan of a station for a month."""
    return f"{PATH}/{quote(station)}/{month_code(month)}"


def plan_address(station: str, month: date, wanted: PlanWanted, **other: Any) -> str:
    """Return the address of a plan that is narrowed like this, but for what is named."""
    return narrowed(plan_path(station, month), {"show": wanted.state, "watch": wanted.watch, **other})


def plan_tabs(station: str, month: date, wanted: PlanWanted, counts: Mapping[LineState, int]) -> list[dict[str, Any]]:
    """Return the states as parts of a plan, each with how many visits are in it; those without any are left out."""
    parts: list[tuple[LineState | None, str, int]] = [(None, "All", sum(counts.values()))]
    parts += [(state, words, counts.get(state, 0)) for state, words in STATE_WORDS.items()]
    return [
        {
            "text": words,
            "href": plan_address(station, month, wanted, show=state),
            "count": count,
            "active": state is wanted.state,
        }
        for state, words, count in parts
        if count or state in (None, wanted.state)
    ]


def watches_to_choose(wanted: str, empty: str) -> list[dict[str, Any]]:
    """Return what a field for the watch offers; `empty` is what it says while none is chosen."""
    choices = [("", empty), *((watch.value, words_for(watch)) for watch in Watch)]
    return [{"value": value, "text": text, "selected": value == wanted} for value, text in choices]


def months_around(month: date) -> dict[str, date]:
    """Return the months before and after."""
    return {"before": add_months(month, -1), "after": add_months(month, 1)}


def adjustment_words(made: Adjustment) -> str:
    """Return what a person changed: "Moved to Blue watch"."""
    watch = words_for(made.watch) if made.watch else ""
    return {
        PlanChange.MOVE: f"Moved to {watch} watch",
        PlanChange.PUT_OFF: f"Put off until {date_words(made.until)}" if made.until else "Put off",
        PlanChange.ADD: f"Added, for {watch} watch",
        PlanChange.TAKE_OUT: "Taken out",
    }[made.change]


def adjustment_lines(adjustments: Iterable[Adjustment]) -> list[dict[str, Any]]:
    """Return what was changed at one premises and taken back again, oldest first, as a timeline shows it."""
    lines = []
    for each in adjustments:
        words = adjustment_words(each)
        lines.append({"title": words, "at": each.made_at, "by": each.made_by, "detail": each.reason})
        if each.undone_at:
            lines.append({"title": f"Taken back: {words}", "at": each.undone_at, "by": each.undone_by, "detail": ""})
    return sorted(lines, key=lambda line: line["at"])
