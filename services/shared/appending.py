"""The last act of a transaction: what was said and noted in it is appended to the log and to the histories."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.envelope import Envelope, Event
from services.shared.chain import FIRST_LINK
from services.shared.event_log import CHANNEL, Cause, copied_lines, said_lines, sealed_rows
from services.shared.history import HistoryNote, append_apart, saving, sealed_entries
from services.shared.rows import as_rows
from services.shared.tables import HistoryEntry

# Waits for the one lock that is held until the commit (docs/decisions/0002), and only then looks at what is newest.
HOLD = text("SELECT newest_seal, newest_hash FROM platform.hold_log()")
# PostgreSQL tells at the commit on which topics something was said, and nothing else of it; none wakes all.
# Concerns are said for every visit (docs/decisions/0004), so the name of their topic reveals nothing; that of needs
# reveals that somebody in the area agreed, or no longer does (docs/decisions/0007).
APPEND = text(f"""
    WITH noted AS ({saving(HistoryEntry)}), said AS (
        INSERT INTO platform.event_log (topic, key, event_id, type, source, correlation_id, caused_by, only_for,
            payload, occurred_at, said_at, urgent, seal)
        SELECT topic, key, event_id, type, source, correlation_id, caused_by, only_for, payload, occurred_at, said_at,
            urgent, seal
        FROM jsonb_populate_recordset(NULL::platform.event_log, CAST(:lines AS jsonb)) WITH ORDINALITY
        ORDER BY ordinality
    )
    SELECT pg_notify(:channel, :topics) WHERE :rings
""")


async def append(
    session: AsyncSession,
    said: Sequence[tuple[Cause, Event, datetime]],
    noted: Sequence[tuple[Cause, HistoryNote]] = (),
    copies: Sequence[tuple[Envelope, str]] = (),
    *,
    at: datetime,
    key: bytes,
) -> None:
    """Append events, entries and copies for one service alone, each sealed by `key` on the one before, and ring.

    The log is held from here until the commit: nothing but that is to follow.
    """
    newest = (await session.execute(HOLD)).one()
    await append_apart(session, [each for each in noted if each[1].kept_in is not HistoryEntry], at, key)
    open_to_all = [each for each in noted if each[1].kept_in is HistoryEntry]
    lines = said_lines(said, at) + copied_lines(copies, at)
    # That a restricted message had to be released is nobody else's business: a copy wakes all, and names no topic.
    topics = set() if copies else {event.topic for _, event, _ in said}
    await session.execute(
        APPEND,
        {
            "entries": as_rows(sealed_entries(open_to_all, newest.newest_hash or FIRST_LINK, at, key)),
            "lines": sealed_rows(lines, newest.newest_seal or FIRST_LINK, key),
            "channel": CHANNEL,
            "topics": " ".join(sorted(topics)),
            "rings": bool(lines),
        },
    )
