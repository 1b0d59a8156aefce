"""What reviewers keep: filters of their own, when they looked at what, and notes for one another."""

from dataclasses import fields
from datetime import datetime

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.risk_register.rules.notes import Note
from services.risk_register.rules.queue_filter import SavedFilter
from services.risk_register.tables.desk import KeptFilter, KeptLook, KeptNote
from services.shared.rows import inserting, keep, replacing, updating
from services.shared.transactions import Work

THE_QUEUE = "queue"
FILTERS, NOTES, LOOKS = (f"risk_register.{kept.__tablename__}" for kept in (KeptFilter, KeptNote, KeptLook))
FILTER = tuple(each.name for each in fields(SavedFilter))
NOTE = tuple(each.name for each in fields(Note))
KEEP_FILTER = inserting(FILTERS, columns=FILTER)
DELETE_FILTER = text(f"DELETE FROM {FILTERS} WHERE filter_id = :filter_id AND person = :person RETURNING name")
LIST_FILTERS = text(f"SELECT {', '.join(FILTER)} FROM {FILTERS} WHERE person = :person ORDER BY lower(name)")
LOOKED = text(f"SELECT at FROM {LOOKS} WHERE person = :person AND what = :what")
KEEP_LOOK = inserting(
    LOOKS, f"ON CONFLICT (person, what) DO UPDATE SET {replacing(['at'])} WHERE kept.at < excluded.at"
)
KEEP_NOTE = inserting(NOTES, columns=NOTE)
SAVE_NOTE = updating(NOTES, NOTE, "note_id")
HOLD_NOTE = text(f"SELECT {', '.join(NOTE)} FROM {NOTES} WHERE note_id = :note_id FOR UPDATE")
LIST_NOTES = text(f"SELECT {', '.join(NOTE)} FROM {NOTES} WHERE visit_id = :visit_id ORDER BY at, note_id")


async def list_filters(session: AsyncSession, person: str) -> list[SavedFilter]:
    """Return the filters that a reviewer keeps, by name."""
    return [SavedFilter(**row._mapping) for row in await session.execute(LIST_FILTERS, {"person": person})]


async def save_filter(work: Work, filter_: SavedFilter) -> None:
    """Keep a filter."""
    await keep(work, KEEP_FILTER, [filter_])


async def delete_filter(work: Work, filter_id: str, person: str) -> str | None:
    """Delete a reviewer's own filter and return its name; None if they have no such one."""
    name: str | None = (await work.execute(DELETE_FILTER, {"filter_id": filter_id, "person": person})).scalar()
    return name


async def looked_at(session: AsyncSession, person: str, what: str = THE_QUEUE) -> datetime | None:
    """Return when a reviewer looked last at a visit or the queue; None if never."""
    at: datetime | None = (await session.execute(LOOKED, {"person": person, "what": what})).scalar()
    return at


async def save_look(work: Work, person: str, at: datetime, what: str = THE_QUEUE) -> None:
    """Keep when a reviewer looked; a later look stays."""
    await keep(work, KEEP_LOOK, [{"person": person, "what": what, "at": at}])


async def save_note(work: Work, note: Note) -> None:
    """Keep a new note."""
    await keep(work, KEEP_NOTE, [note])


async def save_note_again(work: Work, note: Note) -> None:
    """Keep a note that was changed; it is held."""
    await keep(work, SAVE_NOTE, [note])


async def hold_note(work: Work, note_id: str) -> Note | None:
    """Return a note, nobody else's until the transaction ends; None if there is none."""
    row = (await work.execute(HOLD_NOTE, {"note_id": note_id})).one_or_none()
    return Note(**row._mapping) if row else None


async def list_notes(session: AsyncSession, visit_id: str) -> list[Note]:
    """Return the notes on a visit, oldest first."""
    return [Note(**row._mapping) for row in await session.execute(LIST_NOTES, {"visit_id": visit_id})]
