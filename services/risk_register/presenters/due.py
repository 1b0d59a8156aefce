"""What must be seen again, in words: its states, its levels, and the links to each narrower list."""

from datetime import timedelta
from typing import Any

from services.risk_register.presenters.narrowing import narrowed
from services.risk_register.rules.due import DueState, DueWanted

PATH = "/oversight"
STATE_WORDS = {
    DueState.STALE: "Stale",
    DueState.OVERDUE: "Overdue",
    DueState.DUE: "Due in 28 days",
    DueState.DUE_SOON: "Due in 60 days",
    DueState.NO_DATE: "No date",
}
LEVEL_WORDS = {5: "5 Very high", 4: "4 High", 3: "3 Medium", 2: "2 Low", 1: "1 Very low", 0: "Not scored"}


def due_address(wanted: DueWanted, **other: Any) -> str:
    """Return the address of the list that is narrowed like this, but for what is named."""
    return narrowed(PATH, {"show": wanted.state, "level": wanted.level, "station": wanted.station, **other})


def due_tabs(wanted: DueWanted, counts: dict[DueState, int]) -> list[dict[str, Any]]:
    """Return the states as parts of the list, each with how many records are in it."""
    parts: list[tuple[DueState | None, str, int]] = [(None, "All", sum(counts.values()))]
    parts += [(state, words, counts.get(state, 0)) for state, words in STATE_WORDS.items()]
    return [
        {"text": words, "href": due_address(wanted, show=state), "count": count, "active": state is wanted.state}
        for state, words, count in parts
    ]


def levels_to_choose(wanted: int | None) -> list[dict[str, Any]]:
    """Return what a field for the level offers."""
    choices = [("", "All levels"), *((str(level), words) for level, words in LEVEL_WORDS.items())]
    chosen = "" if wanted is None else str(wanted)
    return [{"value": value, "text": text, "selected": value == chosen} for value, text in choices]


def count_columns(head: str) -> list[dict[str, Any]]:
    """Return the heads of a table of counts: what is counted, then each state."""
    return [{"text": head}, *({"text": words, "numeric": True} for words in STATE_WORDS.values())]


def overdue_words(late: timedelta) -> str:
    """Return by how long a review is overdue: in days, or from two months on in months of 30.4 days."""
    months = round(late.days / 30.4)
    return f"{late.days} day{'s' if late.days > 1 else ''} late" if late.days < 61 else f"{months} months late"
