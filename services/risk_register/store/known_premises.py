"""The premises of the gazetteer as they are listed, each building with its addresses and the rule it falls under."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.premises import LocatedPremises, Place, PremisesListed
from services.domain.grid_references import to_lon_lat
from services.risk_register.rules.gaps import Expected
from services.shared.rows import as_rows, keep, replacing, rows_of, updating
from services.shared.transactions import Work

LISTED = (
    *("generation", "name", "address", "postcode", "parent_id", "classification", "easting", "northing", "in_use"),
    "station",
)
NAMES = ", ".join(("premises_id", *LISTED))
BUILDING = "COALESCE(parent_id, premises_id)"
# A newer listing is never replaced by an older one. An address that moves changes the building it was in, too.
SAVE = text(f"""
    WITH given AS (SELECT {NAMES} FROM {rows_of("risk_register.known_premises")}), former AS (
        SELECT COALESCE(known.parent_id, known.premises_id) AS building
        FROM risk_register.known_premises AS known JOIN given USING (premises_id)
    ), kept AS (
        INSERT INTO risk_register.known_premises AS known ({NAMES}, units, has_record)
        SELECT {NAMES}, 0, premises_id = ANY(:recorded) FROM given ORDER BY premises_id
        ON CONFLICT (premises_id) DO UPDATE SET {replacing(LISTED)} WHERE known.generation <= excluded.generation
        RETURNING premises_id, parent_id
    )
    SELECT building FROM former UNION SELECT {BUILDING} FROM kept UNION SELECT premises_id FROM kept
""")
# The records are held before anything is kept, so that none is published meanwhile without this being seen.
RECORDS = text("""
    SELECT premises_id, version FROM risk_register.records WHERE premises_id = ANY(:ids) ORDER BY premises_id FOR SHARE
""")
COUNT = text(f"""
    SELECT building, jsonb_object_agg(counted.classification, total) AS addresses FROM (
        SELECT {BUILDING} AS building, classification, count(*) AS total FROM risk_register.known_premises
        WHERE in_use AND (parent_id = ANY(:ids) OR (parent_id IS NULL AND premises_id = ANY(:ids))) GROUP BY 1, 2
    ) AS counted JOIN risk_register.known_premises AS itself ON itself.premises_id = building AND itself.in_use
    GROUP BY building
""")
EXPECTED = ("premises_id", "addresses", "units", "rule", "expected_level")
KEEP = updating("risk_register.known_premises", EXPECTED, "premises_id")
RECORDED = text("""
    UPDATE risk_register.known_premises SET has_record = true WHERE premises_id = ANY(:ids) AND NOT has_record
""")
FIND = text("""
    SELECT premises_id, name, address, postcode, classification, easting, northing, station, rule, has_record
    FROM risk_register.known_premises WHERE premises_id = :premises_id AND addresses IS NOT NULL
""")


async def save_listed(work: Work, parts: Iterable[PremisesListed]) -> set[str]:
    """Keep what is listed of the gazetteer, and return the buildings whose addresses may have changed by it."""
    rows = {}
    for part in sorted(parts, key=lambda part: part.generation):
        for entry in part.entries:
            kept = entry.model_dump(exclude={"former_names", "other_names", "station_ground"})
            rows[entry.premises_id] = kept | {"generation": part.generation, "station": entry.station_ground or ""}
    if not rows:
        return set()
    recorded = [row.premises_id for row in await work.execute(RECORDS, {"ids": [*rows]}) if row.version]
    values = {"rows": as_rows([*rows.values()]), "recorded": recorded}
    return set((await work.execute(SAVE, values)).scalars())


async def count_addresses(work: Work, premises_ids: Collection[str]) -> dict[str, dict[str, int] | None]:
    """Return how many addresses of each class some buildings have; None for what is no building in use."""
    rows = await work.execute(COUNT, {"ids": sorted(premises_ids)})
    return {**dict.fromkeys(sorted(premises_ids)), **{row.building: row.addresses for row in rows}}


async def save_expected(work: Work, expected: Sequence[Expected]) -> None:
    """Keep the addresses of some buildings, and the rules that they fall under."""
    await keep(work, KEEP, expected)


async def note_recorded(work: Work, premises_ids: Collection[str]) -> None:
    """Keep that records of some buildings are published: they are missing no longer."""
    if premises_ids:
        await work.execute(RECORDED, {"ids": list(premises_ids)})


async def find_known(session: AsyncSession, premises_id: str) -> tuple[LocatedPremises, str | None] | None:
    """Return a building of the gazetteer that has a point, and the rule by which its record is missing, if it is."""
    row = (await session.execute(FIND, {"premises_id": premises_id})).one_or_none()
    degrees = to_lon_lat(row.easting, row.northing) if row and row.easting and row.northing else None
    if row is None or degrees is None:
        return None
    place = Place(
        easting=row.easting,
        northing=row.northing,
        longitude=degrees[0],
        latitude=degrees[1],
        station_ground=row.station or None,
    )
    premises = LocatedPremises(
        premises_id=row.premises_id,
        name=row.name,
        address=row.address,
        postcode=row.postcode,
        classification=row.classification,
        place=place,
    )
    return premises, None if row.has_record else row.rule
