"""The premises that the gazetteer lists: kept as they are said, found by their words."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.premises import PremisesListed
from services.protection.rules.finding import words_of
from services.protection.rules.records import KnownPremises
from services.shared.rows import as_rows, replacing, rows_of
from services.shared.transactions import Work

LISTED = ("generation", "name", "address", "postcode", "parent_id", "in_use", "words")
NAMES = ", ".join(("premises_id", *LISTED))
BUILDING = "COALESCE(known.parent_id, known.premises_id)"
# A newer listing is never replaced by an older one. A part that moves changes the building it was in, too: of both
# those are returned of which something is held.
SAVE = text(f"""
    WITH given AS (SELECT {NAMES} FROM {rows_of("protection.premises")}), former AS (
        SELECT {BUILDING} AS building, premises_id FROM protection.premises AS known JOIN given USING (premises_id)
    ), kept AS (
        INSERT INTO protection.premises AS known ({NAMES}) SELECT {NAMES} FROM given ORDER BY premises_id
        ON CONFLICT (premises_id) DO UPDATE SET {replacing(LISTED)} WHERE known.generation <= excluded.generation
        RETURNING {BUILDING} AS building, known.premises_id
    )
    SELECT DISTINCT building FROM (SELECT * FROM former UNION SELECT * FROM kept) AS touched
    WHERE EXISTS (SELECT FROM protection.notices AS held WHERE held.premises_id = touched.premises_id)
        OR EXISTS (SELECT FROM protection.audits AS held WHERE held.premises_id = touched.premises_id)
        OR EXISTS (SELECT FROM protection.incidents AS held WHERE held.premises_id = touched.premises_id)
""")
READ = f"SELECT premises_id, {BUILDING} AS building_id, name, address, postcode FROM protection.premises AS known"
LIST_KNOWN = text(f"{READ} WHERE premises_id = ANY(:ids)")
OF_BUILDINGS = text(f"{READ} WHERE premises_id = ANY(:ids) OR parent_id = ANY(:ids)")
FIND = text(f"""
    {READ} WHERE in_use AND to_tsvector('simple', words) @@ to_tsquery('simple', :words)
    ORDER BY parent_id IS NOT NULL, address, premises_id LIMIT :most
""")


async def save_listed(work: Work, parts: Iterable[PremisesListed]) -> set[str]:
    """Keep what is listed of the gazetteer; return the buildings that it changes of which something is held."""
    rows: dict[str, dict[str, Any]] = {}
    for part in sorted(parts, key=lambda part: part.generation):
        for entry in part.entries:
            row = entry.model_dump(include={"premises_id", "name", "address", "postcode", "parent_id", "in_use"})
            rows[entry.premises_id] = row | {"generation": part.generation, "words": words_of(entry)}
    if not rows:
        return set()
    return set((await work.execute(SAVE, {"rows": as_rows([*rows.values()])})).scalars())


async def list_known(session: AsyncSession, premises_ids: Collection[str]) -> dict[str, KnownPremises]:
    """Return those of some premises that the gazetteer lists, by their numbers."""
    rows = await session.execute(LIST_KNOWN, {"ids": sorted(premises_ids)})
    return {row.premises_id: _known(row) for row in rows}


async def list_parts(session: AsyncSession, building_ids: Collection[str]) -> list[KnownPremises]:
    """Return some buildings and all their parts."""
    return [_known(row) for row in await session.execute(OF_BUILDINGS, {"ids": sorted(building_ids)})]


async def find_by_words(session: AsyncSession, query: str, most: int) -> list[KnownPremises]:
    """Return the premises in use that have all words of a query, buildings before their parts."""
    return [_known(row) for row in await session.execute(FIND, {"words": query, "most": most})]


def _known(row: Any) -> KnownPremises:
    return KnownPremises(row.premises_id, row.building_id, row.name, row.address, row.postcode)
