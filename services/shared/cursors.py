"""Cursors: how far each reader has read the event log; whoever holds one reads on, and nobody else does."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.shared.event_log import LoggedEvent, as_logged

BEGIN = text("""
    INSERT INTO platform.cursors (reader, position, moved_at) VALUES (:reader, 0, :at) ON CONFLICT DO NOTHING
""")
TAKE = text("SELECT position FROM platform.cursors WHERE reader = :reader FOR UPDATE SKIP LOCKED")
MOVE = text("UPDATE platform.cursors SET position = :position, moved_at = :at WHERE reader = :reader")
# One row without an event where there is nothing to read, none at all while another process holds the cursor.
READ_ON = text("""
    WITH held AS MATERIALIZED (
        SELECT position AS begun FROM platform.cursors WHERE reader = :reader FOR UPDATE SKIP LOCKED
    )
    SELECT held.begun, log.* FROM held LEFT JOIN LATERAL (
        SELECT position, topic, key, event_id, type, source, correlation_id, caused_by, only_for,
            CAST(payload AS text) AS body, occurred_at, urgent
        FROM platform.event_log WHERE position > held.begun AND topic = ANY(:topics)
        ORDER BY position LIMIT :limit
    ) AS log ON true
    ORDER BY log.position
""")


async def take_cursor(session: AsyncSession, reader: str, at: datetime) -> int | None:
    """Return how far a reader has read, locked for this transaction; None while another process holds it."""
    found: int | None = (await session.execute(TAKE, {"reader": reader})).scalar()
    if found is None:
        await session.execute(BEGIN, {"reader": reader, "at": at})
        found = (await session.execute(TAKE, {"reader": reader})).scalar()
    return found


async def read_on(
    session: AsyncSession, reader: str, at: datetime, *, topics: Sequence[str], limit: int
) -> tuple[int, list[LoggedEvent]] | None:
    """Take a cursor and read on from it, in one question: return how far it was and the next events on these topics.

    The cursor is locked for this transaction; None while another process holds it.
    """
    asked = {"reader": reader, "topics": list(topics), "limit": limit}
    rows = (await session.execute(READ_ON, asked)).all()
    if not rows:
        await session.execute(BEGIN, {"reader": reader, "at": at})
        rows = (await session.execute(READ_ON, asked)).all()
    return (rows[0].begun, [as_logged(row) for row in rows if row.position is not None]) if rows else None


async def move_cursor(session: AsyncSession, reader: str, position: int, at: datetime) -> None:
    """Keep how far a reader has read; it holds the cursor."""
    await session.execute(MOVE, {"reader": reader, "position": position, "at": at})
