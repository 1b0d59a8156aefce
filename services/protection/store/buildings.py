"""Buildings with all that is held of them and their parts, and what was last said of each."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.protection import FireSafety
from services.protection.rules.feeds import FeedKind
from services.protection.rules.records import KnownPremises
from services.protection.rules.said import Building, Said
from services.protection.store.premises import list_parts
from services.protection.store.records import names_of, record_of
from services.shared.rows import keep, replacing, rows_of
from services.shared.transactions import Work

HOLD_SAID = text("""
    INSERT INTO protection.said AS kept (premises_id, revision, fire_safety)
    SELECT place, 0, '{}' FROM unnest(CAST(:ids AS text[])) AS place ORDER BY place
    ON CONFLICT (premises_id) DO UPDATE SET premises_id = kept.premises_id
    RETURNING kept.premises_id, kept.revision, kept.fire_safety, kept.changes_on
""")
SAVE_SAID = text(f"""
    INSERT INTO protection.said AS kept SELECT * FROM {rows_of("protection.said")} ORDER BY premises_id
    ON CONFLICT (premises_id) DO UPDATE SET {replacing(("revision", "fire_safety", "changes_on"))}
""")
CHANGING = text("""
    SELECT premises_id FROM protection.said WHERE changes_on <= :today ORDER BY changes_on, premises_id LIMIT :most
""")
NARROWED = {FeedKind.NOTICES: "", FeedKind.AUDITS: "", FeedKind.INCIDENTS: "AND kind = 'FIRE'"}
HELD = {
    kind: text(f"""
        SELECT {", ".join(names_of(kind))} FROM protection.{kind.value} WHERE premises_id = ANY(:ids) {narrowed}
    """)
    for kind, narrowed in NARROWED.items()
}
ALL_HELD = {kind: text(str(held).replace("AND kind = 'FIRE'", "")) for kind, held in HELD.items()}


async def hold_said(work: Work, building_ids: Collection[str]) -> dict[str, Said]:
    """Return what was last said of some buildings, nobody else's until the transaction ends."""
    rows = await work.execute(HOLD_SAID, {"ids": sorted(building_ids)})
    return {
        row.premises_id: Said(row.premises_id, row.revision, FireSafety.model_validate(row.fire_safety), row.changes_on)
        for row in rows
    }


async def save_said(work: Work, said: Sequence[Said]) -> None:
    """Keep what is said of buildings now."""
    await keep(work, SAVE_SAID, said)


async def list_changing(work: Work, today: date, most: int) -> list[str]:
    """Return buildings of which something else is to be said by a day, the longest due first."""
    return list((await work.execute(CHANGING, {"today": today, "most": most})).scalars())


async def list_buildings(
    session: AsyncSession, building_ids: Collection[str], *, all_incidents: bool = False
) -> dict[str, Building]:
    """Return some buildings with all that is held of them: of incidents the fires, unless all are wanted."""
    parts = {each.premises_id: each for each in await list_parts(session, building_ids)}
    held: dict[str, dict[FeedKind, list[Any]]] = {}
    for kind, statement in (ALL_HELD if all_incidents else HELD).items():
        for row in await session.execute(statement, {"ids": sorted(parts)}):
            place = parts[row.premises_id].building_id
            held.setdefault(place, {}).setdefault(kind, []).append(record_of(kind, row))
    return {place: _building(place, parts, held.get(place, {})) for place in sorted(building_ids)}


def _building(place: str, parts: Mapping[str, KnownPremises], held: Mapping[FeedKind, list[Any]]) -> Building:
    return Building(
        premises_id=place,
        premises={name: part for name, part in parts.items() if place in (name, part.building_id)},
        notices=tuple(held.get(FeedKind.NOTICES, ())),
        audits=tuple(held.get(FeedKind.AUDITS, ())),
        fires=tuple(held.get(FeedKind.INCIDENTS, ())),
    )
