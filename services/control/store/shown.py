"""What is shown of each premises, now and at any moment before."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, text
from sqlalchemy import select as select_columns
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.risk_register import RiskRecord
from services.control.rules.dangers import gravest_of
from services.control.rules.findable import findable
from services.control.rules.reports import level_if_published
from services.control.rules.search_words import search_text, words_worth_knowing
from services.control.tables import ShownRecord, ShownRevision

# One question: shown if it is newer, and only then kept for good and made findable. What the gazetteer lists of a
# premises stays as it is listed; only its record tells of one that is not.
SHOW = text("""
    WITH newest AS (
        INSERT INTO control.shown (
            premises_id, revision, version, name, address, postcode, search_text, easting, northing, level, base_level,
            unverified, because_of_visit, record, shown_at, gravity, danger, danger_at,
            level_if_published
        ) VALUES (
            :premises_id, :revision, :version, :name, :address, :postcode, :search_text, :easting, :northing, :level,
            :base_level, :unverified, :because_of_visit, CAST(:record AS jsonb), :shown_at,
            :gravity, CAST(:danger AS jsonb), :danger_at, :level_if_published
        )
        ON CONFLICT (premises_id) DO UPDATE SET
            revision = excluded.revision, version = excluded.version, name = excluded.name,
            address = excluded.address, postcode = excluded.postcode, search_text = excluded.search_text,
            easting = excluded.easting, northing = excluded.northing, level = excluded.level,
            base_level = excluded.base_level, unverified = excluded.unverified,
            because_of_visit = excluded.because_of_visit, record = excluded.record, shown_at = excluded.shown_at,
            gravity = excluded.gravity, danger = excluded.danger, danger_at = excluded.danger_at,
            level_if_published = excluded.level_if_published
        WHERE shown.revision < excluded.revision
        RETURNING *
    ), kept AS (
        INSERT INTO control.shown_history
            (premises_id, revision, version, level, unverified, because_of_visit, record, shown_at)
        SELECT premises_id, revision, version, level, unverified, because_of_visit, record, shown_at FROM newest
    ), known AS (
        INSERT INTO control.words (word) SELECT unnest(CAST(:spelt AS text[])) FROM newest ON CONFLICT DO NOTHING
    ), found AS (
        INSERT INTO control.places AS known (
            premises_id, generation, name, address, postcode, known_as, parent_id, easting, northing, in_use, name_key,
            line_key, order_key, words, held, level, base_level, unverified, level_if_published
        )
        SELECT premises_id, 0, name, address, postcode, '', :parent_id, easting, northing, true, :name_key, :line_key,
            :order_key, array_to_tsvector(CAST(:words AS text[])), true, level, base_level, unverified,
            level_if_published
        FROM newest
        ON CONFLICT (premises_id) DO UPDATE SET
            held = true, level = excluded.level, base_level = excluded.base_level, unverified = excluded.unverified,
            level_if_published = excluded.level_if_published,
            name = CASE WHEN known.generation = 0 THEN excluded.name ELSE known.name END,
            address = CASE WHEN known.generation = 0 THEN excluded.address ELSE known.address END,
            postcode = CASE WHEN known.generation = 0 THEN excluded.postcode ELSE known.postcode END,
            name_key = CASE WHEN known.generation = 0 THEN excluded.name_key ELSE known.name_key END,
            line_key = CASE WHEN known.generation = 0 THEN excluded.line_key ELSE known.line_key END,
            order_key = CASE WHEN known.generation = 0 THEN excluded.order_key ELSE known.order_key END,
            words = CASE WHEN known.generation = 0 THEN excluded.words ELSE known.words END
    )
    SELECT revision FROM newest
""")


async def save_shown(
    session: AsyncSession,
    record: RiskRecord,
    because_of_visit: str | None,
    shown_at: datetime,
) -> bool:
    """Show a record from now on, unless the same or a newer revision is shown already; return whether it is shown."""
    premises, score, gravest = record.premises, record.score, gravest_of(record)
    told = (premises.name, premises.address, premises.postcode)
    found_by = findable(premises.premises_id, *told)
    row: dict[str, Any] = {
        "premises_id": premises.premises_id,
        "revision": record.revision,
        "version": record.version,
        "name": premises.name,
        "address": premises.address,
        "postcode": premises.postcode,
        "search_text": search_text(*told, premises.premises_id),
        "easting": premises.place.easting,
        "northing": premises.place.northing,
        "level": score.effective_level if score else None,
        "base_level": score.base_level if score else None,
        "level_if_published": level_if_published(record),
        "unverified": len(record.unverified),
        "because_of_visit": because_of_visit,
        "record": record.model_dump_json(),
        "shown_at": shown_at,
        "gravity": gravest.gravity if gravest else 0,
        "danger": json.dumps(gravest.as_kept()) if gravest else None,
        "danger_at": gravest.reported_at if gravest else None,
        "parent_id": premises.parent_id,
        "name_key": found_by.name_key,
        "line_key": found_by.line_key,
        "order_key": found_by.order_key,
        "words": list(found_by.words),
        "spelt": words_worth_knowing(found_by.words),
    }
    return (await session.execute(SHOW, row)).first() is not None


async def find_shown(session: AsyncSession, premises_id: str) -> ShownRecord | None:
    """Return what is shown of a premises now, or None."""
    return await session.get(ShownRecord, premises_id)


async def find_shown_at(session: AsyncSession, premises_id: str, at: datetime) -> ShownRevision | None:
    """Return what was shown of a premises at a moment, or None if nothing was yet.

    Of what was shown by then it is the newest revision: a clock that was put back does not bring an older one back.
    """
    wanted = (
        select(ShownRevision)
        .where(ShownRevision.premises_id == premises_id, ShownRevision.shown_at <= at)
        .order_by(col(ShownRevision.revision).desc())
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
    line = [col(of.revision), col(of.version), col(of.level), col(of.unverified), col(of.shown_at)]
    wanted = select_columns(*line, func.count().over()).where(col(of.premises_id) == premises_id)
    rows = (await session.execute(wanted.order_by(col(of.revision).desc()).limit(limit))).all()
    return tuple(RevisionLine(*row[:5]) for row in rows), rows[0][5] if rows else 0
