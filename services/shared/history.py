"""The history: who did what to which record, each entry sealing the one before it, so that no line can be altered."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.shared.event_log import Cause
from services.shared.tables import HistoryEntry

FIRST_LINK = "0" * 64


@dataclass(frozen=True)
class HistoryNote:
    """What is to be kept of one act."""

    record: str
    action: str
    details: dict[str, Any] = field(default_factory=dict)


def link(previous_hash: str, entry: HistoryEntry) -> str:
    """Return the SHA-256 that seals an entry to the one before it."""
    content = json.dumps(
        [
            previous_hash,
            entry.service,
            entry.record,
            entry.action,
            entry.actor,
            entry.at.astimezone(UTC).isoformat(),
            entry.details,
            entry.correlation_id,
        ],
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(content.encode()).hexdigest()


async def append_history(session: AsyncSession, noted: Sequence[tuple[Cause, HistoryNote]], at: datetime) -> None:
    """Append the entries to the chain; the caller holds the log's lock."""
    if not noted:
        return
    newest = select(HistoryEntry.hash).order_by(col(HistoryEntry.number).desc()).limit(1)
    previous = (await session.exec(newest)).first() or FIRST_LINK
    entries = []
    for cause, kept in noted:
        entry = HistoryEntry(
            service=cause.source,
            record=kept.record,
            action=kept.action,
            actor=cause.actor,
            at=at,
            details=kept.details,
            correlation_id=cause.correlation_id,
            previous_hash=previous,
            hash="",
        )
        entry.hash = previous = link(previous, entry)
        entries.append(entry.model_dump(exclude={"number"}))
    await session.execute(insert(HistoryEntry), entries)


async def first_broken_link(session: AsyncSession) -> int | None:
    """Return the number of the first history entry that does not follow from the one before, or None."""
    previous = FIRST_LINK
    rows = await session.stream(select(HistoryEntry).order_by(col(HistoryEntry.number)))
    async for entry in rows.scalars():
        if entry.previous_hash != previous or link(previous, entry) != entry.hash:
            return entry.number
        previous = entry.hash
    return None


async def list_history(session: AsyncSession, service: str, record: str) -> Sequence[HistoryEntry]:
    """Return the history of one record, oldest first."""
    wanted = (
        select(HistoryEntry)
        .where(HistoryEntry.service == service, HistoryEntry.record == record)
        .order_by(col(HistoryEntry.number))
    )
    return (await session.exec(wanted)).all()
