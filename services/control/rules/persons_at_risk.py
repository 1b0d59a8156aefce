"""The persons-at-risk board of an incident: what many operators said of many callers, and nobody's answer lost."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from schemas.visit_parts import is_of_our_time
from schemas.vocabulary import AtRiskField, AtRiskStatus

NEVER = datetime.min.replace(tzinfo=UTC)
# The most urgent first; whose status nobody knows is looked for as one who is inside.
INSIDE, REACHED, OUT, SET_ASIDE = range(4)
RANKS = {AtRiskStatus.REACHED: REACHED, AtRiskStatus.OUT: OUT}
LONGEST = {
    AtRiskField.FLOOR: 12,
    AtRiskField.FLAT: 20,
    AtRiskField.CONDITION: 200,
    AtRiskField.ADVICE: 200,
    AtRiskField.SET_ASIDE: 100,
}


@dataclass(frozen=True)
class Entry:
    """One thing that one operator said of one caller, never changed. `based_on` are the entries they saw in its place.

    `position` counts the entries of an incident as they came in, from 1; 0 for one that is not kept yet.
    """

    entry_id: str
    caller_id: str
    field: AtRiskField
    value: str
    based_on: tuple[str, ...]
    author: str
    said_at: datetime
    received_at: datetime
    position: int = 0

    @property
    def at(self) -> datetime:
        """Return when it was said; never later than it came, whatever the sender's clock shows."""
        return min(self.said_at, self.received_at)


@dataclass(frozen=True)
class Answer:
    """What stands in one field: a value, the entries that say it, and who said so last, and when."""

    value: str
    entry_ids: tuple[str, ...]
    author: str
    at: datetime


@dataclass(frozen=True)
class Caller:
    """One caller as the board has them: of each field every answer that nobody has settled, the latest last."""

    caller_id: str
    called_at: datetime
    answers: Mapping[AtRiskField, tuple[Answer, ...]]
    contact_at: datetime | None

    def values(self, field: AtRiskField) -> tuple[str, ...]:
        """Return what stands in a field: nothing, one value, or the two that contradict each other."""
        return tuple(answer.value for answer in self.answers.get(field, ()))

    @property
    def is_set_aside(self) -> bool:
        """Return whether everybody who said so says that this is no caller; while one does not, it is one."""
        reasons = self.values(AtRiskField.SET_ASIDE)
        return bool(reasons) and all(reasons)

    @property
    def rank(self) -> int:
        """Return how urgent they are, 0 the most; of two answers the graver counts."""
        if self.is_set_aside:
            return SET_ASIDE
        found = self.values(AtRiskField.STATUS) or (AtRiskStatus.UNKNOWN,)
        return min(RANKS.get(AtRiskStatus(each), INSIDE) for each in found)


def board(entries: Iterable[Entry]) -> tuple[Caller, ...]:
    """Return the callers of an incident, the most urgent first: not reached, and longest without contact.

    Policy: docs/domain/4.5.md, persons at risk: an edit replaces what its author saw; two that did not see each other
    both stand until somebody chooses. In which order the entries came, and how often each, changes nothing.
    """
    known = {each.entry_id: each for each in entries}
    replaced = {base for each in known.values() for base in each.based_on}
    callers: dict[str, list[Entry]] = {}
    for each in known.values():
        callers.setdefault(each.caller_id, []).append(each)
    return tuple(sorted((_caller(name, said, replaced) for name, said in callers.items()), key=_urgency))


def _caller(caller_id: str, said: Sequence[Entry], replaced: set[str]) -> Caller:
    answers: dict[AtRiskField, dict[str, Answer]] = {}
    for each in sorted(said, key=lambda entry: (entry.at, entry.entry_id)):
        if each.entry_id not in replaced:
            field = answers.setdefault(each.field, {})
            before = field.pop(each.value, None)
            same = (*before.entry_ids, each.entry_id) if before else (each.entry_id,)
            field[each.value] = Answer(each.value, same, each.author, each.at)
    contacts = answers.get(AtRiskField.CONTACT, {}).values()
    spoken = [min(datetime.fromisoformat(each.value), each.at) for each in contacts if each.value]
    return Caller(
        caller_id=caller_id,
        called_at=min(each.at for each in said),
        answers={field: tuple(found.values()) for field, found in answers.items()},
        contact_at=max(spoken, default=None),
    )


def _urgency(caller: Caller) -> tuple[int, datetime, datetime, str]:
    return (caller.rank, caller.contact_at or NEVER, caller.called_at, caller.caller_id)


@dataclass(frozen=True)
class NotTaken:
    """An entry that was not taken: which part of it is wrong, why, and how to mend it."""

    entry_id: str
    pointer: str
    reason: str


@dataclass(frozen=True)
class Taken:
    """What becomes of entries that were sent: those that are new, in an order in which none precedes what it saw."""

    new: tuple[Entry, ...]
    not_taken: tuple[NotTaken, ...]


def take(sent: Sequence[Entry], known: Mapping[str, Entry], closed_at: datetime | None) -> Taken:
    """Return which of the entries sent are new and which are refused; one that is known already is neither.

    Policy: docs/domain/4.5.md, persons at risk. An entry comes with or after what it saw, so that none can replace
    what replaces it; what was said before the incident was closed is taken however late it comes, and nothing else.
    """
    before = dict(known)
    waiting = list(sent)
    new: list[Entry] = []
    refused: list[NotTaken] = []
    while waiting:
        ready = [each for each in waiting if all(base in before for base in each.based_on)]
        for each in ready or waiting:
            if problem := _problem(each, before, closed_at):
                refused.append(NotTaken(each.entry_id, *problem))
            elif each.entry_id not in before:
                before[each.entry_id] = each
                new.append(each)
        waiting = [each for each in waiting if each not in ready] if ready else []
    return Taken(tuple(new), tuple(refused))


def _problem(entry: Entry, known: Mapping[str, Entry], closed_at: datetime | None) -> tuple[str, str] | None:
    same = known.get(entry.entry_id)
    if same:
        return None if _content(same) == _content(entry) else ("/entry_id", "this number says something else already")
    if wrong := _wrong_value(entry):
        return "/value", wrong
    if any(_place(known.get(base)) != _place(entry) for base in entry.based_on):
        return "/based_on", "what it is based on is not known of this field: send that first"
    if closed_at and entry.said_at > closed_at:
        return "/said_at", "the incident is closed, and its board a record: open the incident again to go on"
    return None


def _wrong_value(entry: Entry) -> str:
    value = entry.value
    match entry.field:
        case AtRiskField.STATUS if value not in set(AtRiskStatus):
            return f"give one of {', '.join(AtRiskStatus)}"
        case AtRiskField.CONTACT if not _is_moment(value):
            return "give a time with its zone, such as 2026-11-03T14:02:00Z"
        case AtRiskField.HOW_MANY if value and not re.fullmatch("[0-9]{1,3}", value):
            return "give a number from 0 to 999, or nothing where it is not known"
        case field if len(value) > LONGEST.get(field, len(value)):
            return f"give at most {LONGEST[field]} characters"
    return ""


def _is_moment(value: str) -> bool:
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return not value
    return at.tzinfo is not None and is_of_our_time(at)


def _content(entry: Entry) -> tuple[object, ...]:
    return (*(_place(entry) or ()), entry.value, entry.author, frozenset(entry.based_on))


def _place(entry: Entry | None) -> tuple[str, AtRiskField] | None:
    return (entry.caller_id, entry.field) if entry else None
