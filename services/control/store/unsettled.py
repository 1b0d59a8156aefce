"""Dangers at addresses that nobody has settled: kept from the moment a crew sends them until a record shows them."""

import json
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.control.rules.unsettled import NOTHING_TOLD, Told, Unsettled
from services.control.store.connections import Reader
from services.shared.rows import keep
from services.shared.transactions import Work

COLUMNS = "visit_id, heard_at, settled_at, gravity, reported_at, building_id, told"
OPEN = "heard_at IS NOT NULL AND settled_at IS NULL"
BEGIN = text("""
    INSERT INTO control.unsettled (visit_id, gravity, words, told)
    SELECT visit_id, 0, ''::tsvector, '{}' FROM unnest(CAST(:visits AS text[])) AS visit_id ORDER BY visit_id
    ON CONFLICT DO NOTHING
""")
# Settled ones are kept for good: those that are open are looked for through their own index.
HOLD = text(f"""
    SELECT {COLUMNS} FROM control.unsettled
    WHERE visit_id IN (
        SELECT unnest(CAST(:visits AS text[]))
        UNION SELECT visit_id FROM control.unsettled
        WHERE {OPEN} AND (visit_id = ANY(CAST(:named AS text[])) OR building_id = ANY(CAST(:premises AS text[])))
    )
    ORDER BY visit_id FOR UPDATE
""")
SAVE = text("""
    UPDATE control.unsettled AS kept SET heard_at = news.heard_at, settled_at = news.settled_at,
        gravity = news.gravity, reported_at = news.reported_at, building_id = news.building_id, told = news.told,
        words = array_to_tsvector(news.words)
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS news (
        visit_id text, heard_at timestamptz, settled_at timestamptz, gravity integer, reported_at timestamptz,
        building_id text, told jsonb, words text[]
    )
    WHERE kept.visit_id = news.visit_id
""")
FIND = text(f"SELECT {COLUMNS} FROM control.unsettled WHERE visit_id = :visit_id AND heard_at IS NOT NULL")
MATCHING = text(f"""
    SELECT {COLUMNS}, count(*) OVER () AS total FROM control.unsettled
    WHERE {OPEN} AND words @@ CAST(:words AS tsquery) ORDER BY gravity DESC, reported_at DESC, visit_id LIMIT :limit
""")


async def hold_unsettled(
    work: Work, begun: Collection[str], visits: Collection[str], named: Collection[str], premises: Collection[str]
) -> dict[str, Unsettled]:
    """Return what is kept of some visits, by their ids, held for this transaction.

    Of those in `begun` there is a beginning from now on; of those that are `named`, or placed on the premises, only
    the open ones are returned.
    """
    if begun:
        await work.execute(BEGIN, {"visits": sorted(begun)})
    if not (visits or named or premises):
        return {}
    values = {"visits": list(visits), "named": list(named), "premises": list(premises)}
    return {row.visit_id: _read(row) for row in await work.execute(HOLD, values)}


async def save_unsettled(work: Work, kept: Sequence[Unsettled]) -> None:
    """Keep what is known of visits that are held, and the words they are found by."""
    await keep(work, SAVE, [vars(each) | {"told": _told(each), "words": each.words} for each in kept])


async def find_unsettled(session: AsyncSession, visit_id: str) -> Unsettled | None:
    """Return a visit whose danger control shows or has shown by itself, or None."""
    row = (await session.execute(FIND, {"visit_id": visit_id})).one_or_none()
    return _read(row) if row else None


async def list_unsettled_by_words(session: Reader, words: str, limit: int) -> tuple[list[Unsettled], int]:
    """Return the open ones whose written address holds these words, gravest first, and how many there are in all."""
    rows = (await session.execute(MATCHING, {"words": words, "limit": limit})).all()
    return [_read(row) for row in rows], rows[0].total if rows else 0


def _told(kept: Unsettled) -> Any:
    """Return what is told of it as it is kept: nothing, rather than that nothing is known of each thing."""
    return {} if kept.told == NOTHING_TOLD else kept.told


def _read(row: Any) -> Unsettled:
    known = row.told if isinstance(row.told, dict) else json.loads(row.told)
    return Unsettled(
        row.visit_id,
        row.heard_at,
        row.settled_at,
        row.gravity,
        row.reported_at,
        row.building_id,
        Told.model_validate(known),
    )
