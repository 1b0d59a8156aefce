"""What is shown of each premises, now and at any moment before."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.risk_register import RiskRecord
from services.control.rules.search_words import words_worth_knowing
from services.control.tables import SearchWord, ShownRecord, ShownRevision

HISTORY_FIELDS = (
    "premises_id",
    "revision",
    "version",
    "level",
    "unverified",
    "because_of_visit",
    "record",
    "shown_at",
)


async def save_shown(
    session: AsyncSession,
    record: RiskRecord,
    search_text: str,
    because_of_visit: str | None,
    shown_at: datetime,
) -> bool:
    """Show a record from now on, unless the same or a newer revision is shown already; return whether it is shown."""
    premises = record.premises
    row: dict[str, Any] = {
        "premises_id": premises.premises_id,
        "revision": record.revision,
        "version": record.version,
        "name": premises.name,
        "address": premises.address,
        "postcode": premises.postcode,
        "search_text": search_text,
        "easting": premises.place.easting,
        "northing": premises.place.northing,
        "level": record.score.effective_level if record.score else None,
        "base_level": record.score.base_level if record.score else None,
        "unverified": len(record.unverified),
        "because_of_visit": because_of_visit,
        "record": record.model_dump(mode="json"),
        "shown_at": shown_at,
    }
    write = insert(ShownRecord).values(row)
    newer = write.on_conflict_do_update(
        index_elements=[col(ShownRecord.premises_id)],
        set_={name: write.excluded[name] for name in row if name != "premises_id"},
        where=col(ShownRecord.revision) < write.excluded.revision,
    ).returning(col(ShownRecord.revision))
    if (await session.execute(newer)).first() is None:
        return False
    words = [{"word": word} for word in words_worth_knowing(search_text)]
    if words:
        await session.execute(insert(SearchWord).values(words).on_conflict_do_nothing())
    await session.execute(insert(ShownRevision).values({name: row[name] for name in HISTORY_FIELDS}))
    return True


async def find_shown(session: AsyncSession, premises_id: str) -> ShownRecord | None:
    """Return what is shown of a premises now, or None."""
    return await session.get(ShownRecord, premises_id)


async def find_shown_at(session: AsyncSession, premises_id: str, at: datetime) -> ShownRevision | None:
    """Return what was shown of a premises at a moment, or None if nothing was yet."""
    wanted = (
        select(ShownRevision)
        .where(ShownRevision.premises_id == premises_id, ShownRevision.shown_at <= at)
        .order_by(col(ShownRevision.shown_at).desc(), col(ShownRevision.revision).desc())
        .limit(1)
    )
    return (await session.exec(wanted)).first()


async def list_revisions(session: AsyncSession, premises_id: str, limit: int = 100) -> Sequence[ShownRevision]:
    """Return every revision of a record that was ever shown, newest first."""
    wanted = select(ShownRevision).where(ShownRevision.premises_id == premises_id)
    return (await session.exec(wanted.order_by(col(ShownRevision.revision).desc()).limit(limit))).all()


async def list_latest(session: AsyncSession, limit: int) -> Sequence[ShownRecord]:
    """Return the records that changed last, newest first."""
    return (await session.exec(select(ShownRecord).order_by(col(ShownRecord.shown_at).desc()).limit(limit))).all()


async def list_unverified(session: AsyncSession, limit: int) -> Sequence[ShownRecord]:
    """Return the records with something unverified in them, newest first."""
    wanted = select(ShownRecord).where(ShownRecord.unverified > 0).order_by(col(ShownRecord.shown_at).desc())
    return (await session.exec(wanted.limit(limit))).all()
