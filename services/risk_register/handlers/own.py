"""What a reviewer keeps for themselves and for the others: filters, when they looked, notes on a visit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from schemas.vocabulary import Role
from services.risk_register.rules.notes import Note, may_take_back, reasons_to_refuse_note, taken_back
from services.risk_register.rules.queue_filter import SavedFilter, reasons_to_refuse_filter, wanted_of
from services.risk_register.store.desk import place_of_visit
from services.risk_register.store.own import (
    THE_QUEUE,
    delete_filter,
    hold_note,
    list_filters,
    save_filter,
    save_look,
    save_note,
    save_note_again,
)
from services.shared.errors import NotFound, Refused
from services.shared.identifiers import new_id
from services.shared.identity import NotAllowed, Person
from services.shared.transactions import Work

NO_SUCH_VISIT = "there is no such visit in the review queue"


@dataclass(frozen=True)
class FilterCommand:
    """Who keeps which filter, as an address asks for it, under which name."""

    person: Person
    name: str
    asked: Mapping[str, str]


@dataclass(frozen=True)
class NoteCommand:
    """Who writes which note on which visit."""

    visit_id: str
    person: Person
    words: str


@dataclass(frozen=True)
class TakeBackNoteCommand:
    """Who takes back which note of which visit."""

    visit_id: str
    note_id: str
    person: Person


async def keep_filter(command: FilterCommand, work: Work) -> SavedFilter:
    """Keep a filter of a reviewer's own, under a name of their own."""
    there = await list_filters(work, command.person.name)
    if found := reasons_to_refuse_filter(command.name, there):
        raise Refused(found[0].reason, found)
    wanted = {name: value for name, value in wanted_of(command.asked).as_asked().items() if value is not None}
    kept = SavedFilter(str(new_id(work.now)), command.person.name, command.name.strip(), wanted, work.now)
    await save_filter(work, kept)
    return kept


async def drop_filter(filter_id: str, person: Person, work: Work) -> str:
    """Delete a reviewer's own filter; return its name."""
    name = await delete_filter(work, filter_id, person.name)
    if name is None:
        raise NotFound("you have no such filter")
    return name


async def look_at_queue(person: Person, at: datetime, work: Work) -> None:
    """Keep until when a reviewer has seen the queue: what comes or changes later is new to them."""
    await save_look(work, person.name, min(at, work.now), THE_QUEUE)


async def look_at_visit(visit_id: str, person: Person, work: Work) -> None:
    """Keep that a reviewer has looked at a visit now."""
    if await place_of_visit(work, visit_id) is None:
        raise NotFound(NO_SUCH_VISIT)
    await save_look(work, person.name, work.now, visit_id)


async def write_note(command: NoteCommand, work: Work) -> Note:
    """Keep a note for the other reviewers; nothing is said of it, and the history holds none of its words."""
    premises_id = await place_of_visit(work, command.visit_id)
    if premises_id is None:
        raise NotFound(NO_SUCH_VISIT)
    if found := reasons_to_refuse_note(command.words):
        raise Refused(found[0].reason, found)
    note = Note(str(new_id(work.now)), command.visit_id, command.person.name, work.now, command.words.strip())
    await save_note(work, note)
    work.note(f"visit/{command.visit_id}", "note written", premises_id=premises_id)
    return note


async def take_back_note(command: TakeBackNoteCommand, work: Work) -> Note:
    """Take a note back: its words are gone for good, and that there was one stays."""
    note = await hold_note(work, command.note_id)
    if note is None or note.visit_id != command.visit_id:
        raise NotFound("there is no such note")
    is_manager = command.person.has(Role.RISK_TEAM_MANAGER)
    if not may_take_back(note, command.person.name, is_manager=is_manager):
        raise NotAllowed("a note is taken back by who wrote it or by the risk team's manager, and once")
    after = taken_back(note, command.person.name, work.now)
    await save_note_again(work, after)
    work.note(f"visit/{note.visit_id}", "note taken back")
    return after
