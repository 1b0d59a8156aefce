"""What the desk keeps beside the queue: a reviewer's own filters, when they looked, notes, and the work by station."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.risk_register.rules.notes import Note
from services.risk_register.rules.queue_filter import SavedFilter
from services.risk_register.rules.review_queue import OPEN
from services.risk_register.tables.desk import KeptFilter, KeptLook, KeptNote
from services.shared.rows import inserting, keep, replacing, updating
from services.shared.transactions import Work

THE_QUEUE = "queue"
OPEN_STATES = ", ".join(f"'{state.value}'" for state in OPEN)
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
IS_THERE = text("SELECT premises_id FROM risk_register.review_items WHERE visit_id = :visit_id")
BESIDE = text(f"""
    SELECT visit_id,
        (SELECT count(*) FROM {NOTES} AS note WHERE note.visit_id = item.visit_id AND note.taken_back_at IS NULL)
            AS notes,
        (SELECT count(*) FROM risk_register.review_items AS other WHERE other.premises_id = item.premises_id
            AND other.visit_id <> item.visit_id AND other.state IN ({OPEN_STATES})) AS others,
        (SELECT jsonb_agg(jsonb_build_array(kind, summary)) FROM risk_register.unverified_additions AS addition
            WHERE addition.visit_id = item.visit_id AND addition.resolved_at IS NULL) AS critical
    FROM risk_register.review_items AS item WHERE visit_id = ANY(:visits)
""")
BY_STATION = text(f"""
    SELECT station, count(*) AS waiting, count(*) FILTER (WHERE due_at < :now) AS late,
        count(*) FILTER (WHERE safety_critical) AS critical,
        count(*) FILTER (WHERE state = 'CLAIMED' AND lease_until > :now) AS held,
        min(received_at) AS oldest_at, min(due_at) AS first_due_at
    FROM risk_register.review_items WHERE state IN ({OPEN_STATES}) GROUP BY station ORDER BY station
""")


@dataclass(frozen=True)
class Beside:
    """What stands beside a visit in the queue: notes, other visits to its building, what of it is safety-critical."""

    notes: int = 0
    others: int = 0
    critical: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class StationWork:
    """What waits of the visits of one station: how many, past their time, safety-critical, in somebody's hands."""

    station: str
    waiting: int
    late: int
    critical: int
    held: int
    oldest_at: datetime
    first_due_at: datetime


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


async def place_of_visit(session: AsyncSession, visit_id: str) -> str | None:
    """Return the premises of a visit in the queue; None if it is not there."""
    place: str | None = (await session.execute(IS_THERE, {"visit_id": visit_id})).scalar()
    return place


async def beside(session: AsyncSession, visits: Collection[str]) -> dict[str, Beside]:
    """Return what stands beside some visits, in one statement for all of them."""
    rows = await session.execute(BESIDE, {"visits": list(visits)}) if visits else ()
    return {row.visit_id: Beside(row.notes, row.others, _pairs(row.critical)) for row in rows}


async def work_by_station(session: AsyncSession, now: datetime) -> list[StationWork]:
    """Return what waits, by station."""
    return [StationWork(**row._mapping) for row in await session.execute(BY_STATION, {"now": now})]


def _pairs(kept: Sequence[Any] | None) -> tuple[tuple[str, str], ...]:
    return tuple((kind, summary) for kind, summary in kept or ())
