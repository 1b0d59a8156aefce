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
# One in four groups of three letters agrees even after two letters changed places in "king".
LIKENESS = 0.25
MOST_ALIKE = 12

BY_WORDS = text(f"""
    SELECT {COLUMNS} FROM control.shown
    WHERE to_tsvector('simple', search_text) @@ to_tsquery('simple', :words)
    ORDER BY level DESC NULLS LAST, address LIMIT :limit
""")
# PostgreSQL takes comparing two words for cheap and would read them all: it is told to use the index.
FORGIVING = text(
    "SELECT set_config('pg_trgm.similarity_threshold', :likeness, true), set_config('enable_seqscan', 'off', true)"
)
ALIKE = text("""
    SELECT asked.word AS asked, known.word AS known
    FROM unnest(CAST(:words AS text[])) AS asked (word)
    CROSS JOIN LATERAL (
        SELECT word FROM control.words WHERE word % asked.word
        ORDER BY similarity(word, asked.word) DESC, word LIMIT :limit
    ) AS known
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


async def find_words_alike(session: AsyncSession, words: Sequence[str]) -> dict[str, list[str]]:
    """Return, for each word, the known words that share groups of three letters with it, likest first."""
    await session.execute(FORGIVING, {"likeness": str(LIKENESS)})
    alike: dict[str, list[str]] = {word: [] for word in words}
    for row in (await session.execute(ALIKE, {"words": list(words), "limit": MOST_ALIKE})).all():
        alike[row.asked].append(row.known)
    return alike


async def list_near(
    session: AsyncSession, easting: float, northing: float, radius_m: float, limit: int
) -> list[FoundRecord]:
    """Return the records within a radius in metres of a point on EPSG:27700, nearest first."""
    where = {"easting": easting, "northing": northing, "radius_m": radius_m, "limit": limit}
    return _found((await session.execute(NEAR, where)).all())
