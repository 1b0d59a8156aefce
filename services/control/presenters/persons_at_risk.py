"""What a persons-at-risk board shows: its callers, its floors, and every entry of its history in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import AwareDatetime

from schemas.visit_parts import Part
from schemas.vocabulary import AtRiskField, AtRiskStatus
from services.control.rules.floors import Floor
from services.control.rules.persons_at_risk import Answer, Caller, Entry, NotTaken
from services.shared.web.words import full_time

STATUS_WORDS = {
    AtRiskStatus.IN_PLACE: "In place",
    AtRiskStatus.TOLD_TO_LEAVE: "Told to leave",
    AtRiskStatus.REACHED: "Reached",
    AtRiskStatus.OUT: "Out",
    AtRiskStatus.UNKNOWN: "Unknown",
}
FIELD_WORDS = {
    AtRiskField.FLOOR: "Floor",
    AtRiskField.FLAT: "Flat",
    AtRiskField.HOW_MANY: "People",
    AtRiskField.STATUS: "Status",
    AtRiskField.CONDITION: "Condition",
    AtRiskField.ADVICE: "Advice given",
    AtRiskField.CONTACT: "Last in touch",
    AtRiskField.SET_ASIDE: "Set aside",
}
UNKNOWN = "not known"


class EntryShown(Part):
    """One thing that one operator said of one caller; `based_on` are the entries that it was said in place of."""

    position: int
    entry_id: str
    caller_id: str
    field: AtRiskField
    value: str
    based_on: tuple[str, ...]
    author: str
    said_at: AwareDatetime
    received_at: AwareDatetime


class NotTakenShown(Part):
    """An entry that was not taken: what of it is wrong, and how to mend it."""

    entry_id: str
    pointer: str
    reason: str


class BoardChanges(Part):
    """What came onto a board after a position. `cursor` is what to ask with next; `more` says that more waits now."""

    incident_no: str
    is_open: bool
    closed_at: AwareDatetime | None
    as_of: AwareDatetime
    cursor: int
    more: bool
    entries: tuple[EntryShown, ...]
    not_taken: tuple[NotTakenShown, ...] = ()


class AnswerShown(Part):
    """What stands in a field: the entries that say it, and who said so last; to settle two, be based on both."""

    value: str
    entry_ids: tuple[str, ...]
    author: str
    at: AwareDatetime


class CallerShown(Part):
    """One caller. A field with two answers has two that did not know of each other, and nobody has chosen yet."""

    caller_id: str
    called_at: AwareDatetime
    contact_at: AwareDatetime | None
    is_set_aside: bool
    answers: dict[AtRiskField, tuple[AnswerShown, ...]]


class FloorShown(Part):
    """A floor, the top one first, with who rang from it; empty where the floor is not known."""

    name: str
    caller_ids: tuple[str, ...]


class BoardShown(Part):
    """The board of an incident: its callers, the most urgent first, as they were at `cursor`."""

    incident_no: str
    title: str
    is_open: bool
    closed_at: AwareDatetime | None
    as_of: AwareDatetime
    cursor: int
    callers: tuple[CallerShown, ...]
    floors: tuple[FloorShown, ...]


@dataclass(frozen=True)
class HistoryLine:
    """One entry of the record in words; `came_late` where it was received long after it was said."""

    entry: Entry
    caller: str
    field: str
    value: str
    instead_of: str
    came_late: bool
    after_the_end: bool


def entry_shown(entry: Entry) -> EntryShown:
    """Return an entry as it is given to pages and machines."""
    return EntryShown.model_validate(vars(entry))


def not_taken_shown(found: NotTaken) -> NotTakenShown:
    """Return why an entry was not taken."""
    return NotTakenShown.model_validate(vars(found))


def caller_shown(caller: Caller) -> CallerShown:
    """Return a caller as they are given to machines."""
    return CallerShown(
        caller_id=caller.caller_id,
        called_at=caller.called_at,
        contact_at=caller.contact_at,
        is_set_aside=caller.is_set_aside,
        answers={field: tuple(_answer(each) for each in found) for field, found in caller.answers.items()},
    )


def floor_shown(floor: Floor) -> FloorShown:
    """Return a floor as it is given to machines."""
    return FloorShown(name=floor.name, caller_ids=tuple(each.caller_id for each in floor.callers))


def value_words(field: AtRiskField, value: str) -> str:
    """Return what stands in a field as an operator reads it."""
    if field == AtRiskField.STATUS:
        return STATUS_WORDS[AtRiskStatus(value)]
    if field == AtRiskField.SET_ASIDE and not value:
        return "Put back"
    if field == AtRiskField.CONTACT and value:
        return full_time(datetime.fromisoformat(value))
    return value or UNKNOWN


def where_words(caller: Caller) -> str:
    """Return where a caller is, with every answer that stands."""
    floor = " or ".join(caller.values(AtRiskField.FLOOR)) or UNKNOWN
    flat = " or ".join(caller.values(AtRiskField.FLAT)) or UNKNOWN
    return f"floor {floor}, flat {flat}"


def history(
    lines: Iterable[Entry],
    entries: Sequence[Entry],
    callers: Iterable[Caller],
    late_s: float,
    closed_at: AwareDatetime | None,
) -> tuple[HistoryLine, ...]:
    """Return some entries of a board in words, each with what it was said in place of."""
    where = {each.caller_id: where_words(each) for each in callers}
    known = {each.entry_id: each for each in entries}
    return tuple(
        HistoryLine(
            entry=each,
            caller=where[each.caller_id],
            field=FIELD_WORDS[each.field],
            value=value_words(each.field, each.value),
            instead_of=" / ".join(
                value_words(each.field, known[base].value) for base in each.based_on if base in known
            ),
            came_late=(each.received_at - each.said_at).total_seconds() > late_s,
            after_the_end=closed_at is not None and each.received_at > closed_at,
        )
        for each in lines
    )


def _answer(answer: Answer) -> AnswerShown:
    return AnswerShown.model_validate(vars(answer))
