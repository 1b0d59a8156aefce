"""Finding records by words, by spelling and by place, each through an index made for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

COLUMNS = (
    "premises_id, name, address, postcode, search_text, easting, northing, level, base_level, unverified, shown_at"
)
# Half the letters' groups of three must agree: enough for two slips in a street's name.
SPELLING_THRESHOLD = 0.45

BY_WORDS = text(f"""
    SELECT {COLUMNS} FROM control.shown
    WHERE to_tsvector('simple', search_text) @@ to_tsquery('simple', :words)
    ORDER BY level DESC NULLS LAST, address LIMIT :limit
""")
BY_SPELLING = text(f"""
    SELECT {COLUMNS} FROM control.shown
    WHERE :words <% search_text
    ORDER BY word_similarity(:words, search_text) DESC, premises_id LIMIT :limit
""")
NEAR = text(f"""
    SELECT {COLUMNS},
        sqrt((easting - :easting) ^ 2 + (northing - :northing) ^ 2) AS distance_m
    FROM control.shown
    WHERE point(easting, northing) <@ circle(point(:easting, :northing), :radius_m)
    ORDER BY point(easting, northing) <-> point(:easting, :northing), premises_id LIMIT :limit
""")


@dataclass(frozen=True)
class FoundRecord:
    """One line of a search: what is enough to choose by."""

    premises_id: str
    name: str
    address: str
    postcode: str
    search_text: str
    easting: float
    northing: float
    level: int | None
    base_level: int | None
    unverified: int
    shown_at: datetime
    distance_m: float | None = None


def _found(rows: Sequence[Any]) -> list[FoundRecord]:
    return [FoundRecord(**row._mapping) for row in rows]


async def list_by_words(session: AsyncSession, words: str, limit: int) -> list[FoundRecord]:
    """Return the records that hold all these words; `words` is a question for the word index."""
    return _found((await session.execute(BY_WORDS, {"words": words, "limit": limit})).all())


async def list_by_spelling(session: AsyncSession, words: str, limit: int) -> list[FoundRecord]:
    """Return the records with words spelt much like these, likest first."""
    await session.execute(
        text("SELECT set_config('pg_trgm.word_similarity_threshold', :threshold, true)"),
        {"threshold": str(SPELLING_THRESHOLD)},
    )
    return _found((await session.execute(BY_SPELLING, {"words": words, "limit": limit})).all())


async def list_near(
    session: AsyncSession, easting: float, northing: float, radius_m: float, limit: int
) -> list[FoundRecord]:
    """Return the records within a radius in metres of a point on EPSG:27700, nearest first."""
    where = {"easting": easting, "northing": northing, "radius_m": radius_m, "limit": limit}
    return _found((await session.execute(NEAR, where)).all())
