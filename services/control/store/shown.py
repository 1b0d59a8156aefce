"""What is shown of each premises, now and at any moment before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.risk_register import RiskRecord
from services.control.rules.search_words import words_worth_knowing
from services.control.tables import ShownRecord, ShownRevision

# One question: shown if it is newer, and only then kept for good and its words made known.
SHOW = text("""
    WITH newest AS (
        INSERT INTO control.shown (
            premises_id, revision, version, name, address, postcode, search_text, easting, northing, level, base_level,
            unverified, because_of_visit, record, shown_at
        ) VALUES (
            :premises_id, :revision, :version, :name, :address, :postcode, :search_text, :easting, :northing, :level,
            :base_level, :unverified, :because_of_visit, CAST(:record AS jsonb), :shown_at
        )
        ON CONFLICT (premises_id) DO UPDATE SET
            revision = excluded.revision, version = excluded.version, name = excluded.name,
            address = excluded.address, postcode = excluded.postcode, search_text = excluded.search_text,
            easting = excluded.easting, northing = excluded.northing, level = excluded.level,
            base_level = excluded.base_level, unverified = excluded.unverified,
            because_of_visit = excluded.because_of_visit, record = excluded.record, shown_at = excluded.shown_at
        WHERE shown.revision < excluded.revision
        RETURNING premises_id, revision, version, level, unverified, because_of_visit, record, shown_at
    ), kept AS (
        INSERT INTO control.shown_history
            (premises_id, revision, version, level, unverified, because_of_visit, record, shown_at)
        SELECT premises_id, revision, version, level, unverified, because_of_visit, record, shown_at FROM newest
    ), known AS (
        INSERT INTO control.words (word) SELECT unnest(CAST(:words AS text[])) FROM newest ON CONFLICT DO NOTHING
    )
    SELECT revision FROM newest
""")


async def save_shown(
    session: AsyncSession,
    record: RiskRecord,
    search_text: str,
    because_of_visit: str | None,
    shown_at: datetime,
) -> bool:
    """Show a record from now on, unless the same or a newer revision is shown already; return whether it is shown."""
    premises, score = record.premises, record.score
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
        "level": score.effective_level if score else None,
        "base_level": score.base_level if score else None,
        "unverified": len(record.unverified),
        "because_of_visit": because_of_visit,
        "record": record.model_dump_json(),
        "shown_at": shown_at,
        "words": words_worth_knowing(search_text),
    }
    return (await session.execute(SHOW, row)).first() is not None


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


@dataclass(frozen=True)
class RevisionLine:
    """One revision of a record in a list: which one, at what level, with how much unverified, since when."""

    revision: int
    version: int
    level: int | None
    unverified: int
    shown_at: datetime


async def list_revisions(
    session: AsyncSession, premises_id: str, limit: int = 100
) -> tuple[tuple[RevisionLine, ...], int]:
    """Return the newest revisions of a record that were ever shown, and how many there are in all."""
    of = ShownRevision
    wanted = select(of.revision, of.version, of.level, of.unverified, of.shown_at, func.count().over())  # type: ignore[call-overload]
    wanted = wanted.where(of.premises_id == premises_id).order_by(col(of.revision).desc()).limit(limit)
    rows = (await session.exec(wanted)).all()
    return tuple(RevisionLine(*row[:5]) for row in rows), rows[0][5] if rows else 0


async def list_latest(session: AsyncSession, limit: int) -> Sequence[ShownRecord]:
    """Return the records that changed last, newest first."""
    return (await session.exec(select(ShownRecord).order_by(col(ShownRecord.shown_at).desc()).limit(limit))).all()


async def list_unverified(session: AsyncSession, limit: int) -> Sequence[ShownRecord]:
    """Return the records with something unverified in them, newest first."""
    wanted = select(ShownRecord).where(ShownRecord.unverified > 0).order_by(col(ShownRecord.shown_at).desc())
    return (await session.exec(wanted.limit(limit))).all()
