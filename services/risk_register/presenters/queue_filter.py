"""How the page of the queue is narrowed: its tabs, its choices and its addresses, each keeping the rest as it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from schemas.vocabulary import VisitKind
from services.domain.words import words_for
from services.risk_register.presenters.narrowing import narrowed, page_link, station_words
from services.risk_register.rules.queue_filter import Priority, QueueWanted, SavedFilter, wanted_of
from services.risk_register.rules.review_queue import Tab

QUEUE = "/review"
TAB_WORDS = {Tab.NEW: "New", Tab.MINE: "Mine", Tab.OVERDUE: "Overdue", Tab.ALL: "All", Tab.DECIDED: "Decided"}
PRIORITY_WORDS = {
    Priority.CRITICAL: "Safety-critical",
    Priority.HIGH: "Level 5, 4 or not scored",
    Priority.MEDIUM: "Level 3",
    Priority.LOW: "Level 2 or 1",
}


@dataclass(frozen=True)
class FilterLink:
    """A reviewer's own filter as a link; `is_here` says that the list is narrowed like this now."""

    filter_id: str
    name: str
    href: str
    is_here: bool


def queue_address(wanted: QueueWanted, **changes: Any) -> str:
    """Return the address of the queue narrowed like this, with some changes; a page names codes by their text."""
    asked = wanted.as_asked()
    for name, value in changes.items():
        asked["show" if name == "tab" else name] = "yes" if value is True else value or None
    if asked["show"] == Tab.NEW.value:
        asked["show"] = None
    return narrowed(QUEUE, asked)


def queue_tabs(wanted: QueueWanted, counts: dict[Tab, int]) -> list[dict[str, Any]]:
    """Return the parts of the queue, each with how many wait there, narrowed as the list is."""
    return [
        {"text": words, "href": queue_address(wanted, tab=tab), "count": counts.get(tab), "active": tab is wanted.tab}
        for tab, words in TAB_WORDS.items()
    ]


def queue_pages(wanted: QueueWanted) -> str:
    """Return the address of the list up to the number of a page."""
    return page_link(queue_address(wanted))


def choices_of(wanted: QueueWanted, stations: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """Return what the fields of the filter offer."""
    named = sorted({*stations, *([wanted.station] if wanted.station else [])})
    return {
        "station": _choices("Any station", [(one, station_words(one)) for one in named], wanted.station),
        "kind": _choices("Any kind", [(kind.value, words_for(kind)) for kind in VisitKind], wanted.kind),
        "priority": _choices("Any priority", list(PRIORITY_WORDS.items()), wanted.priority),
    }


def filter_links(filters: Iterable[SavedFilter], wanted: QueueWanted) -> list[FilterLink]:
    """Return a reviewer's own filters as links."""
    kept = [(one, wanted_of(one.wanted)) for one in filters]
    return [FilterLink(one.filter_id, one.name, queue_address(same), same == wanted) for one, same in kept]


def _choices(every: str, options: list[tuple[Any, str]], chosen: str | None) -> list[dict[str, Any]]:
    return [
        {"value": value, "text": text, "selected": value == (chosen or "")} for value, text in [("", every), *options]
    ]
