"""Who looked at which record, when and what for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.control.tables.records import RecordRead


@dataclass(frozen=True)
class Reading:
    """One act of reading: who, of which record, what for."""

    premises_id: str
    revision: int
    who: str
    roles: str
    station: str | None
    purpose: str
    at: datetime
    correlation_id: str


async def save_reads(session: AsyncSession, readings: Sequence[Reading]) -> None:
    """Keep that somebody read records."""
    if readings:
        await session.execute(insert(RecordRead), [vars(reading) for reading in readings])


async def keep_without_waiting(session: AsyncSession) -> None:
    """Let this transaction's commit not wait for the disk: a power cut may cost the last half second of reads.

    An operator with a caller on the line waits for nothing that is only kept for later.
    """
    await session.execute(text("SET LOCAL synchronous_commit = off"))
