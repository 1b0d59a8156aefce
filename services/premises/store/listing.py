"""What of the gazetteer has not been listed yet, and how far the listing has come."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.shared.transactions import Work

_LISTED = text("SELECT generation, premises_id FROM premises.listing WHERE id = 1")
_NEXT = text("""
    SELECT p.premises_id, p.name, p.address, p.postcode, p.parent_id, p.easting, p.northing,
        p.logical_status <> 8 AS in_use,
        COALESCE(p.classification, '') AS classification, p.generation,
        COALESCE(array_agg(a.name ORDER BY a.name) FILTER (WHERE a.former), '{}') AS former_names,
        COALESCE(array_agg(a.name ORDER BY a.name) FILTER (WHERE NOT a.former), '{}') AS other_names
    FROM (
        SELECT * FROM premises.premises
        WHERE (generation, premises_id) > (CAST(:generation AS bigint), CAST(:premises_id AS varchar))
        ORDER BY generation, premises_id LIMIT :limit
    ) AS p
    LEFT JOIN premises.aliases a ON a.premises_id = p.premises_id AND a.undone_at IS NULL
    GROUP BY p.premises_id, p.name, p.address, p.postcode, p.parent_id, p.easting, p.northing, p.logical_status,
        p.classification, p.generation
    ORDER BY p.generation, p.premises_id
""")
_KEEP = text("""
    INSERT INTO premises.listing (id, generation, premises_id, listed_at)
    VALUES (1, :generation, :premises_id, :at)
    ON CONFLICT (id) DO UPDATE SET generation = excluded.generation, premises_id = excluded.premises_id,
        listed_at = excluded.listed_at
""")
_AGAIN = text("DELETE FROM premises.listing")
_TOUCH = text("UPDATE premises.premises SET generation = :generation WHERE premises_id = :premises_id")


@dataclass(frozen=True, slots=True)
class Unlisted:
    """An entry that is new or has changed, with its other names, and the change that last touched it."""

    premises_id: str
    name: str
    address: str
    postcode: str
    parent_id: str | None
    easting: float | None
    northing: float | None
    in_use: bool
    classification: str
    generation: int
    former_names: Sequence[str]
    other_names: Sequence[str]


async def list_unlisted(session: AsyncSession, limit: int) -> list[Unlisted]:
    """Return the next entries that have not been listed as they are now, in the order of their changes.

    Changes are committed in the order they are counted in, so none can turn up behind what was listed.
    """
    listed = (await session.execute(_LISTED)).one_or_none()
    after = {"generation": listed[0], "premises_id": listed[1]} if listed else {"generation": -1, "premises_id": ""}
    return [Unlisted(*row) for row in (await session.execute(_NEXT, {**after, "limit": limit})).all()]


async def save_listed(work: Work, last: Unlisted) -> None:
    """Keep that everything up to this entry has been listed."""
    values = {"generation": last.generation, "premises_id": last.premises_id, "at": work.now}
    await work.execute(_KEEP, values)


async def touch_premises(work: Work, premises_id: str, generation: int) -> None:
    """Mark an entry as changed, because a name of it was learnt or taken back: it is listed again."""
    await work.execute(_TOUCH, {"premises_id": premises_id, "generation": generation})


async def list_all_again(work: Work) -> None:
    """Begin the listing anew, because where every entry lies may have changed."""
    await work.execute(_AGAIN)
