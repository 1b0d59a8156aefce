"""Notes between reviewers: who may write and take back one, and what changed on a visit since somebody looked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.shared.errors import FieldReason

LONGEST_NOTE = 500


@dataclass(frozen=True)
class Note:
    """What one reviewer tells the others about a visit; taken back, it has no words any more."""

    note_id: str
    visit_id: str
    by: str
    at: datetime
    words: str | None
    taken_back_by: str | None = None
    taken_back_at: datetime | None = None


@dataclass(frozen=True)
class Happened:
    """Something that somebody did to a visit."""

    at: datetime
    by: str
    what: str


def reasons_to_refuse_note(words: str) -> tuple[FieldReason, ...]:
    """Return why a note cannot be kept.

    Policy: docs/domain/4.4.md: notes between reviewers.
    """
    if not words.strip():
        return (FieldReason("/words", "write the note"),)
    if len(words.strip()) > LONGEST_NOTE:
        return (FieldReason("/words", f"use at most {LONGEST_NOTE} characters, not {len(words.strip())}"),)
    return ()


def may_take_back(note: Note, person: str, *, is_manager: bool) -> bool:
    """Return whether somebody may take a note back: who wrote it, and the manager.

    Policy: docs/domain/4.4.md: what does not belong in a note can be got rid of.
    """
    return note.taken_back_at is None and (note.by == person or is_manager)


def taken_back(note: Note, person: str, at: datetime) -> Note:
    """Return a note without its words; that there was one, by whom and when, stays.

    Policy: docs/domain/4.4.md: what does not belong in a note can be got rid of.
    """
    return replace(note, words=None, taken_back_by=person, taken_back_at=at)


def done_since(looked_at: datetime | None, person: str, done: Sequence[Happened]) -> list[Happened]:
    """Return what others did since somebody looked, oldest first.

    Who never looked is told nothing: all of it is new to them.

    Policy: docs/domain/4.4.md: what changed since a reviewer looked.
    """
    if looked_at is None:
        return []
    return sorted((one for one in done if one.at > looked_at and one.by != person), key=lambda one: one.at)
