"""The inbox: a service deals with each event once, however often it is delivered."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, text
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.shared.tables import HeardEvent

MARK = text("""
    INSERT INTO platform.inbox (service, event_id, heard_at)
    SELECT :service, event_id, :at FROM unnest(CAST(:event_ids AS uuid[])) AS event_id
    ON CONFLICT DO NOTHING RETURNING event_id
""")
MARK_AND_MOVE = text(f"""
    WITH moved AS (UPDATE platform.cursors SET position = :reached, moved_at = :at WHERE reader = :service) {MARK.text}
""")


async def mark_heard(
    session: AsyncSession, service: str, event_ids: Sequence[UUID], at: datetime, *, reached: int | None = None
) -> set[UUID]:
    """Mark events as dealt with by a service; return those that were not marked before.

    Two deliveries at once: the second waits for the first to commit, and then is told nothing. A reader that holds its
    cursor has it moved on to the position it `reached` by the same statement.
    """
    if not event_ids and reached is None:
        return set()
    marks = {"service": service, "event_ids": list(event_ids), "at": at}
    moves = {} if reached is None else {"reached": reached}
    marked = await session.execute(MARK_AND_MOVE if moves else MARK, marks | moves)
    return {row.event_id for row in marked}


async def forget(session: AsyncSession, service: str, event_ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """Remove the marks of events, so that a service deals with them again on replay; return when it did before."""
    marks = delete(HeardEvent).where(col(HeardEvent.service) == service, col(HeardEvent.event_id).in_(event_ids))
    removed = await session.execute(marks.returning(col(HeardEvent.event_id), col(HeardEvent.heard_at)))
    return {row.event_id: row.heard_at for row in removed}
