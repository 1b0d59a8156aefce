"""Hydrants by their undertakers' files, the nearest found through an index of their places."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.risk_register import RiskRecord
from services.control.rules.hydrants import Hydrant, HydrantState, asset_key
from services.control.tables.surroundings import HYDRANTS_NAMED
from services.shared.rows import inserting, keep, replacing
from services.shared.transactions import Work

OF_HYDRANT = ("easting", "northing", "kind", "main_mm", "flow_lpm", "state", "tested_on", "location")
NAMES = ", ".join(("source", "asset_id", *OF_HYDRANT))
HELD = text(f"SELECT {NAMES} FROM control.hydrants WHERE source = :source")
SAVE = inserting(
    "control.hydrants", f"ORDER BY asset_id ON CONFLICT (source, asset_id) DO UPDATE SET {replacing(OF_HYDRANT)}"
)
REMOVE = text("DELETE FROM control.hydrants WHERE source = :source AND asset_id = ANY(CAST(:asset_ids AS text[]))")
NEAREST = text(f"""
    SELECT {NAMES}, dated_on, sqrt((easting - :easting) ^ 2 + (northing - :northing) ^ 2) AS distance_m
    FROM (
        SELECT * FROM control.hydrants ORDER BY point(easting, northing) <-> point(:easting, :northing) LIMIT :limit
    ) AS nearest
    JOIN (SELECT source, dated_on FROM control.source_files WHERE kind = 'HYDRANTS') AS files USING (source)
    ORDER BY distance_m, source, asset_id
""")
# By the index of numbers first: by that of places every record would be looked into. Of a number that many records
# name, such as 1, those near the hydrants come first.
NAMED = text(f"""
    WITH named AS MATERIALIZED (
        SELECT record, easting, northing FROM control.shown WHERE {HYDRANTS_NAMED} ?| CAST(:keys AS text[])
    )
    SELECT record FROM named ORDER BY point(easting, northing) <-> point(:easting, :northing) LIMIT :most
""")
MOST_RECORDS = 50


@dataclass(frozen=True)
class NearHydrant:
    """A hydrant near a place: how far it is in metres, and of which day its file tells."""

    hydrant: Hydrant
    dated_on: date
    distance_m: float


async def list_held_hydrants(work: Work, source: str) -> dict[str, Hydrant]:
    """Return every hydrant that is held of an undertaker, by its number."""
    rows = await work.execute(HELD, {"source": source})
    return {row.asset_id: _read(row) for row in rows.all()}


async def save_hydrants(work: Work, hydrants: Sequence[Hydrant]) -> None:
    """Keep hydrants as they are now."""
    await keep(work, SAVE, hydrants)


async def remove_hydrants(work: Work, source: str, asset_ids: Collection[str]) -> None:
    """Take hydrants of an undertaker away."""
    if asset_ids:
        await work.execute(REMOVE, {"source": source, "asset_ids": list(asset_ids)})


async def nearest_hydrants(session: AsyncSession, at: tuple[float, float], limit: int) -> list[NearHydrant]:
    """Return the hydrants nearest to a point on EPSG:27700 in a straight line, the nearest first."""
    rows = await session.execute(NEAREST, {"easting": at[0], "northing": at[1], "limit": limit})
    return [NearHydrant(_read(row), row.dated_on, row.distance_m) for row in rows.all()]


async def list_records_naming(
    session: AsyncSession, hydrants: Sequence[Hydrant], at: tuple[float, float]
) -> list[RiskRecord]:
    """Return the records that are shown and name one of some hydrants, those nearest to a point."""
    if not hydrants:
        return []
    keys = sorted({asset_key(each.asset_id) for each in hydrants})
    values = {"keys": keys, "easting": at[0], "northing": at[1], "most": MOST_RECORDS}
    return [RiskRecord.model_validate(row.record) for row in (await session.execute(NAMED, values)).all()]


def _read(row: Any) -> Hydrant:
    known = {name: getattr(row, name) for name in ("source", "asset_id", *OF_HYDRANT)}
    return Hydrant(**known | {"state": HydrantState(row.state)})
