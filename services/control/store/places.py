"""Every premises that can be found, as the gazetteer lists it: kept a whole message at a time."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.premises import ListedPremises
from services.control.rules.findable import findable
from services.control.rules.search_words import words_worth_knowing
from services.shared.rows import replacing

BETWEEN = "; "
LISTED = (
    *("generation", "name", "address", "postcode", "known_as", "parent_id", "easting", "northing", "in_use"),
    *("name_key", "line_key", "order_key", "words"),
)
# A record that is shown keeps its level; a newer listing is never replaced by an older one.
SAVE = text(f"""
    WITH listed AS (
        SELECT * FROM jsonb_to_recordset(CAST(:entries AS jsonb)) AS entry (
            premises_id text, name text, address text, postcode text, known_as text, parent_id text, easting float8,
            northing float8, in_use boolean, name_key text, line_key text, order_key text,
            words text
        )
    ), known AS (
        INSERT INTO control.words (word) SELECT unnest(CAST(:spelt AS text[])) ON CONFLICT DO NOTHING
    )
    INSERT INTO control.places (
        premises_id, generation, name, address, postcode, known_as, parent_id, easting, northing, in_use, name_key,
        line_key, order_key, words, held, unverified
    )
    SELECT premises_id, :generation, name, address, postcode, known_as, parent_id, easting, northing, in_use, name_key,
        line_key, order_key, array_to_tsvector(string_to_array(words, ' ')), false, 0
    FROM listed ORDER BY premises_id
    ON CONFLICT (premises_id) DO UPDATE SET
        {replacing(LISTED)}
    WHERE places.generation <= excluded.generation
""")
FIND = text("""
    SELECT premises_id, name, address, postcode, known_as, parent_id, easting, northing, in_use, held
    FROM control.places WHERE premises_id = :premises_id
""")


@dataclass(frozen=True)
class KnownPlace:
    """One premises as the gazetteer lists it; `held` says whether a record of it is shown."""

    premises_id: str
    name: str
    address: str
    postcode: str
    known_as: str
    parent_id: str | None
    easting: float | None
    northing: float | None
    in_use: bool
    held: bool


async def save_listed(session: AsyncSession, entries: Sequence[ListedPremises], generation: int) -> None:
    """Keep entries of the gazetteer as of one change of it, in one statement."""
    rows, spelt = [], set()
    for entry in {each.premises_id: each for each in entries}.values():
        names = (*entry.former_names, *entry.other_names)
        found_by = findable(entry.premises_id, entry.name, entry.address, entry.postcode, names)
        spelt.update(words_worth_knowing(found_by.words))
        rows.append(
            entry.model_dump(mode="json", exclude={"former_names", "other_names"})
            | {"known_as": BETWEEN.join(names), "name_key": found_by.name_key, "line_key": found_by.line_key}
            | {"order_key": found_by.order_key, "words": " ".join(found_by.words)}
        )
    values = {"entries": json.dumps(rows), "spelt": sorted(spelt), "generation": generation}
    await session.execute(SAVE, values)


async def find_place(session: AsyncSession, premises_id: str) -> KnownPlace | None:
    """Return a premises by its id, whether or not a record of it is shown, or None."""
    row = (await session.execute(FIND, {"premises_id": premises_id})).one_or_none()
    return KnownPlace(*row) if row else None
