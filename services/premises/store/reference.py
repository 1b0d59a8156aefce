"""Reference data going in, a block of rows at a time: premises, postcodes, areas, stations, and bare points."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from typing import Any

import shapely
from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.matching import Entry
from services.premises.rules.localities import Area
from services.shared.transactions import Work

HISTORICAL = 8

_COLUMNS = (
    ("premises_id", "varchar"), ("name", "varchar"), ("address", "varchar"), ("postcode", "varchar"),
    ("easting", "float8"), ("northing", "float8"), ("parent_id", "varchar"), ("classification", "varchar"),
    ("logical_status", "int"), ("source", "varchar"), ("attributes", "varchar"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a block of rows: new, changed, the same as before, or about nothing that is kept here.

    `removed` counts what was taken out, as it is no longer in the file.
    """

    loaded: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    passed_over: int = 0

    def __add__(self, other: "Kept") -> "Kept":
        pairs = zip(astuple(self), astuple(other), strict=True)
        return Kept(*(one + more for one, more in pairs))

    @property
    def changes_anything(self) -> bool:
        """Whether anybody has to read anew."""
        return bool(self.loaded or self.updated or self.removed)


# Rows of a load wait here, in the connection's own memory, until all have been read: then they go in at once.
_STAGED = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS)
_STAGE_ENTRIES = f"CREATE TEMPORARY TABLE IF NOT EXISTS incoming_entries ({_STAGED}) ON COMMIT DROP"
_STAGE_POINTS = (
    "CREATE TEMPORARY TABLE IF NOT EXISTS incoming_points (premises_id varchar, easting float8, northing float8) "
    "ON COMMIT DROP"
)


_SAVE_POINTS = text(
    "WITH changed AS (UPDATE premises.premises p SET easting = given.easting, northing = given.northing, "
    "generation = :generation FROM incoming_points AS given WHERE p.premises_id = given.premises_id "
    "AND (p.easting, p.northing) IS DISTINCT FROM (given.easting, given.northing) RETURNING 1) "
    "SELECT (SELECT count(*) FROM incoming_points JOIN premises.premises USING (premises_id)), "
    "(SELECT count(*) FROM changed)"
)
_REMOVE_AREAS = text(
    "DELETE FROM premises.areas WHERE kind = :area_kind AND code <> ALL(CAST(:codes AS varchar[])) RETURNING code"
)
_COUNT_OF_SOURCES = text(
    f"SELECT count(*) FROM premises.premises WHERE source = ANY(:sources) AND logical_status <> {HISTORICAL}"
)
_ENTRY = (
    "SELECT premises_id, name, address, postcode, easting, northing, parent_id, classification, logical_status, source "
    "FROM premises.premises"
)
_FIND = text(f"{_ENTRY} WHERE premises_id = :premises_id")
_NEARBY = text(f"""
    {_ENTRY} WHERE easting BETWEEN CAST(:easting AS float8) - :radius_m AND CAST(:easting AS float8) + :radius_m
        AND northing BETWEEN CAST(:northing AS float8) - :radius_m AND CAST(:northing AS float8) + :radius_m
        AND logical_status IN (1, 6)
    ORDER BY (easting - :easting) ^ 2 + (northing - :northing) ^ 2, premises_id LIMIT 400
""")


def _arrays(columns: Sequence[tuple[str, str]]) -> str:
    """Return the rows given as one array a column."""
    return f"unnest({', '.join(f'CAST(:{name} AS {kind}[])' for name, kind in columns)})"


def _upsert(table: str, key: str, columns: Sequence[tuple[str, str]], given: str, extra: str = "") -> str:
    """Return the statement that keeps the rows of `given`, and counts what was new and what was changed."""
    names = [name for name, _ in columns]
    cast = {"attributes": "attributes::jsonb"}
    picked = ", ".join(cast.get(name, name) for name in names)
    keys = key.split(", ")
    others = [name for name in names if name not in keys]
    before = ", ".join(f"t.{name}" for name in others)
    after = ", ".join(f"EXCLUDED.{name}" for name in others)
    setting = ", ".join(f"{name} = EXCLUDED.{name}" for name in [*others, *([extra] if extra else [])])
    return (
        f"WITH kept AS (INSERT INTO premises.{table} AS t ({', '.join(names)}{', ' + extra if extra else ''}) "
        f"SELECT {picked}{f', :{extra}' if extra else ''} FROM {given} "
        f"ON CONFLICT ({key}) DO UPDATE SET {setting} WHERE ({before}) IS DISTINCT FROM ({after}) "
        "RETURNING xmax = 0 AS is_new) "
        "SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM kept"
    )


async def _keep(work: Work, statement: str, rows: int, values: Mapping[str, Any]) -> Kept:
    new, changed = (await work.execute(text(statement), values)).one()
    return Kept(new, changed, rows - new - changed)


def _unnested(columns: Sequence[tuple[str, str]]) -> str:
    return f"{_arrays(columns)} AS given ({', '.join(name for name, _ in columns)})"


def _values_of(entries: Sequence[tuple[Entry, Mapping[str, str]]]) -> dict[str, Any]:
    values: dict[str, Any] = {
        name: [getattr(entry, name) for entry, _ in entries] for name, _ in _COLUMNS if name != "attributes"
    }
    return values | {"attributes": [json.dumps(attributes) for _, attributes in entries]}


async def save_entries(work: Work, entries: Sequence[tuple[Entry, Mapping[str, str]]], generation: int) -> Kept:
    """Keep entries of the gazetteer with their further attributes now; each id at most once."""
    statement = _upsert("premises", "premises_id", _COLUMNS, _unnested(_COLUMNS), "generation")
    return await _keep(work, statement, len(entries), {**_values_of(entries), "generation": generation})


async def stage_entries(work: Work, entries: Sequence[tuple[Entry, Mapping[str, str]]]) -> None:
    """Put entries with their further attributes by, until `save_staged`; each id at most once in a transaction."""
    await work.execute(text(_STAGE_ENTRIES))
    await work.execute(text(f"INSERT INTO incoming_entries SELECT * FROM {_arrays(_COLUMNS)}"), _values_of(entries))


async def stage_points(work: Work, points: Sequence[tuple[str, float, float]]) -> None:
    """Put points of entries by, until `save_staged`; each id at most once."""
    ids, eastings, northings = zip(*points, strict=True)
    values = {"premises_id": list(ids), "easting": list(eastings), "northing": list(northings)}
    columns = (("premises_id", "varchar"), ("easting", "float8"), ("northing", "float8"))
    await work.execute(text(_STAGE_POINTS))
    await work.execute(text(f"INSERT INTO incoming_points SELECT * FROM {_arrays(columns)}"), values)


async def _staged(work: Work, table: str) -> int:
    """Return how many rows of this transaction wait in a table, none if there is no such table."""
    there = text("SELECT to_regclass(:name) IS NOT NULL")
    if not (await work.execute(there, {"name": f"pg_temp.{table}"})).scalar_one():
        return 0
    return int((await work.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())


async def save_staged(work: Work, generation: int) -> Kept:
    """Keep every entry and every point that was put by, under one change; points of unknown ids are passed over."""
    kept = Kept()
    if entries := await _staged(work, "incoming_entries"):
        statement = _upsert("premises", "premises_id", _COLUMNS, "incoming_entries", "generation")
        kept += await _keep(work, statement, entries, {"generation": generation})
    if points := await _staged(work, "incoming_points"):
        known, changed = (await work.execute(_SAVE_POINTS, {"generation": generation})).one()
        kept += Kept(updated=changed, unchanged=known - changed, passed_over=points - known)
    return kept


async def list_moved(session: AsyncSession, entries: Sequence[Entry], metres: float) -> list[str]:
    """Return the ids that stand in the gazetteer more than so many metres from where these entries put them."""
    statement = (
        "SELECT p.premises_id FROM premises.premises p JOIN unnest(CAST(:ids AS varchar[]), "
        "CAST(:eastings AS float8[]), CAST(:northings AS float8[])) AS given (premises_id, easting, northing) "
        "ON p.premises_id = given.premises_id "
        "WHERE (p.easting - given.easting) ^ 2 + (p.northing - given.northing) ^ 2 > CAST(:metres AS float8) ^ 2"
    )
    values = {
        "ids": [entry.premises_id for entry in entries],
        "eastings": [entry.easting for entry in entries],
        "northings": [entry.northing for entry in entries],
        "metres": metres,
    }
    return list((await session.execute(text(statement), values)).scalars().all())


async def count_of_sources(session: AsyncSession, sources: Collection[str]) -> int:
    """Return how many entries of the gazetteer come from these sources and are not historical."""
    return int((await session.execute(_COUNT_OF_SOURCES, {"sources": list(sources)})).scalar_one())


async def save_postcodes(work: Work, rows: Sequence[tuple[str, float, float]], source: str) -> Kept:
    """Keep postcodes and their points."""
    columns = (("postcode", "varchar"), ("easting", "float8"), ("northing", "float8"), ("source", "varchar"))
    postcodes, eastings, northings = zip(*rows, strict=True)
    values = {"postcode": list(postcodes), "easting": list(eastings), "northing": list(northings)}
    statement = _upsert("postcodes", "postcode", columns, _unnested(columns))
    return await _keep(work, statement, len(rows), {**values, "source": [source] * len(rows)})


async def save_stations(work: Work, rows: Sequence[tuple[str, str, float, float]], source: str) -> Kept:
    """Keep fire stations: id, name, easting, northing."""
    columns = (
        ("station_id", "varchar"),
        ("name", "varchar"),
        ("easting", "float8"),
        ("northing", "float8"),
        ("source", "varchar"),
    )
    values = {name: [row[at] for row in rows] for at, (name, _) in enumerate(columns[:-1])}
    statement = _upsert("stations", "station_id", columns, _unnested(columns))
    return await _keep(work, statement, len(rows), {**values, "source": [source] * len(rows)})


async def save_areas(work: Work, kind: str, areas: Sequence[Area], source: str, *, whole: bool = True) -> Kept:
    """Keep all areas of one kind; those that the file no longer names are taken out, if the file is `whole`.

    Neighbours are the exception: each sends a file of its own.
    """
    columns = (
        ("kind", "varchar"),
        ("code", "varchar"),
        ("name", "varchar"),
        ("shape", "bytea"),
        ("source", "varchar"),
    )
    codes = [area.code for area in areas]
    values = {
        "kind": [kind] * len(areas),
        "code": codes,
        "name": [area.name for area in areas],
        "shape": [shapely.to_wkb(area.shape) for area in areas],
        "source": [source] * len(areas),
    }
    removed = 0
    if kind != "neighbour" and whole:
        removed = len((await work.execute(_REMOVE_AREAS, {"area_kind": kind, "codes": codes})).all())
    kept = await _keep(work, _upsert("areas", "kind, code", columns, _unnested(columns)), len(areas), values)
    return replace(kept, removed=removed)


async def find_entry(session: AsyncSession, premises_id: str) -> Entry | None:
    """Return the entry of the gazetteer with this id as it is kept now, or None."""
    row = (await session.execute(_FIND, {"premises_id": premises_id})).one_or_none()
    return Entry(*row) if row else None


async def list_nearby(session: AsyncSession, easting: float, northing: float, radius_m: float) -> list[Entry]:
    """Return the 400 current entries nearest to a point, within the square around it, nearest first."""
    asked = {"easting": easting, "northing": northing, "radius_m": radius_m}
    return [Entry(*row) for row in await session.execute(_NEARBY, asked)]
