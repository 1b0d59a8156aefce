"""The inbox: a service deals with each event once, however often it is delivered."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.shared.tables import HeardEvent


async def is_first_time(session: AsyncSession, service: str, event_id: UUID, at: datetime) -> bool:
    """Mark an event as dealt with by a service; return False if it was marked before.

    Two deliveries at once: the second waits for the first to commit, and then is told False.
    """
    marked = await session.execute(
        insert(HeardEvent)
        .values(service=service, event_id=event_id, heard_at=at)
        .on_conflict_do_nothing()
        .returning(col(HeardEvent.event_id))
    )
    return marked.first() is not None


async def forget(session: AsyncSession, service: str, event_ids: Sequence[UUID]) -> None:
    """Remove the marks of events, so that a service deals with them again on replay."""
    await session.execute(
        delete(HeardEvent).where(col(HeardEvent.service) == service, col(HeardEvent.event_id).in_(event_ids))
    )
