"""How a reviewer narrows the queue, the filters that they keep for themselves, and how an address says all of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from schemas.vocabulary import VisitKind
from services.risk_register.rules.review_queue import Tab
from services.shared.errors import FieldReason

Code = TypeVar("Code", bound=StrEnum)

LONGEST_NAME = 40
LONGEST_WORDS = 100
MOST_FILTERS = 20
MOST_WORDS = 6


class Priority(StrEnum):
    """How soon a visit must be decided: by what it tells, then by its level; unscored stands with the highest."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


# docs/domain/4.4.md: 4 working hours; 1, 3 or 10 working days.
LEVELS: Mapping[Priority, tuple[int, ...]] = {Priority.HIGH: (5, 4), Priority.MEDIUM: (3,), Priority.LOW: (2, 1)}


@dataclass(frozen=True)
class QueueWanted:
    """Which part of the queue, narrowed to what; `since` leaves what is new or changed since the reader looked.

    `together` lists the visits to one building one after another, where the most urgent of them stands.
    """

    tab: Tab = Tab.NEW
    station: str | None = None
    kind: VisitKind | None = None
    priority: Priority | None = None
    words: str = ""
    premises: str = ""
    since: bool = False
    together: bool = False

    @property
    def is_narrowed(self) -> bool:
        """Return whether something of the part is left out."""
        return replace(self, tab=Tab.NEW, together=False) != QueueWanted()

    @property
    def each_word(self) -> tuple[str, ...]:
        """Return the words that are looked for, each of which must be found."""
        return tuple(self.words.split()[:MOST_WORDS])

    def as_asked(self) -> dict[str, Any]:
        """Return it as an address asks for it, without what is as usual."""
        asked: dict[str, Any] = {"show": self.tab.value, "station": self.station}
        asked |= {"kind": self.kind.value if self.kind else None, "words": self.words or None}
        asked |= {"priority": self.priority.value if self.priority else None, "premises": self.premises or None}
        return asked | {"since": "yes" if self.since else None, "together": "yes" if self.together else None}


@dataclass(frozen=True)
class SavedFilter:
    """A reviewer's own filter, under the name that they gave it."""

    filter_id: str
    person: str
    name: str
    wanted: Mapping[str, Any]
    saved_at: datetime


def reasons_to_refuse_filter(name: str, there: Collection[SavedFilter]) -> tuple[FieldReason, ...]:
    """Return why a filter cannot be kept under a name.

    Policy: docs/domain/4.4.md: a reviewer's own filters.
    """
    if not name.strip():
        return (FieldReason("/name", "give the filter a name"),)
    if len(name.strip()) > LONGEST_NAME:
        return (FieldReason("/name", f"use at most {LONGEST_NAME} characters"),)
    if name.strip().casefold() in {one.name.casefold() for one in there}:
        return (FieldReason("/name", "you have a filter of this name: give it another one, or delete that one first"),)
    if len(there) >= MOST_FILTERS:
        return (FieldReason("/name", f"you keep {MOST_FILTERS} filters already: delete one first"),)
    return ()


def wanted_of(asked: Mapping[str, str]) -> QueueWanted:
    """Return how an address narrows the queue; what it cannot mean narrows nothing.

    Policy: docs/domain/4.4.md: a list that is narrowed can be kept, sent on and come back to.
    """
    return QueueWanted(
        tab=_one_of(Tab, asked.get("show")) or Tab.NEW,
        station=_plain(asked.get("station")) or None,
        kind=_one_of(VisitKind, asked.get("kind")),
        priority=_one_of(Priority, asked.get("priority")),
        words=_plain(asked.get("words")),
        premises=_plain(asked.get("premises")),
        since=asked.get("since") == "yes",
        together=asked.get("together") == "yes",
    )


def _one_of(codes: type[Code], typed: str | None) -> Code | None:
    return codes(typed) if typed in set(codes) else None


def _plain(typed: str | None) -> str:
    return " ".join((typed or "").replace("\0", " ").split())[:LONGEST_WORDS]
