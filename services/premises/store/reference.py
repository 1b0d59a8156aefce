"""Reference data going in, a block of rows at a time: premises, postcodes, areas, stations, and bare points."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from typing import Any

import shapely
from sqlalchemy import delete, func, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.matching import Entry
from services.premises.rules.localities import Area
from services.premises.tables import Load, LoadedArea, PostcodePoint, Premises, Station
from services.shared.paging import Page

__all__ = ["Kept", "Load", "Premises"]

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


def _upsert(table: str, key: str, columns: Sequence[tuple[str, str]], extra: str = "") -> str:
    """Return the statement that keeps a block of rows given as one array a column, and tells what was new."""
    names = [name for name, _ in columns]
    arrays = ", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in columns)
    cast = {"attributes": "attributes::jsonb"}
    picked = ", ".join(cast.get(name, name) for name in names)
    keys = key.split(", ")
    others = [name for name in names if name not in keys]
    changed = ", ".join(f"t.{name}" for name in others)
    given = ", ".join(f"EXCLUDED.{name}" for name in others)
    setting = ", ".join(f"{name} = EXCLUDED.{name}" for name in [*others, *([extra] if extra else [])])
    return (
        f"INSERT INTO premises.{table} AS t ({', '.join(names)}{', ' + extra if extra else ''}) "
        f"SELECT {picked}{f', :{extra}' if extra else ''} FROM unnest({arrays}) AS given ({', '.join(names)}) "
        f"ON CONFLICT ({key}) DO UPDATE SET {setting} WHERE ({changed}) IS DISTINCT FROM ({given}) "
        "RETURNING (xmax = 0) AS is_new"
    )


async def _keep(session: AsyncSession, statement: str, rows: int, values: Mapping[str, Any]) -> Kept:
    told = (await session.execute(text(statement), values)).scalars().all()
    new = sum(told)
    return Kept(new, len(told) - new, rows - len(told))


async def save_entries(
    session: AsyncSession, entries: Sequence[tuple[Entry, Mapping[str, str]]], generation: int
) -> Kept:
    """Keep entries of the gazetteer with their further attributes; each id at most once in a block."""
    values: dict[str, Any] = {
        name: [getattr(entry, name) for entry, _ in entries] for name, _ in _COLUMNS if name != "attributes"
    }
    values["attributes"] = [json.dumps(attributes) for _, attributes in entries]
    statement = _upsert("premises", "premises_id", _COLUMNS, "generation")
    return await _keep(session, statement, len(entries), {**values, "generation": generation})


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
    wanted = (
        select(func.count())
        .select_from(Premises)
        .where(col(Premises.source).in_(sources), col(Premises.logical_status) != HISTORICAL)
    )
    return (await session.exec(wanted)).one()


async def save_points(session: AsyncSession, points: Sequence[tuple[str, float, float]], generation: int) -> Kept:
    """Give or correct the points of entries that are in the gazetteer; others are passed over."""
    statement = (
        "UPDATE premises.premises p SET easting = given.easting, northing = given.northing, "
        "generation = :generation FROM unnest(CAST(:ids AS varchar[]), CAST(:eastings AS float8[]), "
        "CAST(:northings AS float8[])) AS given (premises_id, easting, northing) "
        "WHERE p.premises_id = given.premises_id "
        "AND (p.easting, p.northing) IS DISTINCT FROM (given.easting, given.northing) RETURNING false"
    )
    ids, eastings, northings = zip(*points, strict=True)
    wanted = select(func.count()).select_from(Premises).where(col(Premises.premises_id).in_(ids))
    known = (await session.exec(wanted)).one()
    values = {"ids": list(ids), "eastings": list(eastings), "northings": list(northings), "generation": generation}
    return replace(await _keep(session, statement, known, values), passed_over=len(points) - known)


async def save_postcodes(session: AsyncSession, rows: Sequence[tuple[str, float, float]], source: str) -> Kept:
    """Keep postcodes and their points."""
    columns = (("postcode", "varchar"), ("easting", "float8"), ("northing", "float8"), ("source", "varchar"))
    postcodes, eastings, northings = zip(*rows, strict=True)
    values = {"postcode": list(postcodes), "easting": list(eastings), "northing": list(northings)}
    statement = _upsert("postcodes", "postcode", columns)
    return await _keep(session, statement, len(rows), {**values, "source": [source] * len(rows)})


async def save_stations(session: AsyncSession, rows: Sequence[tuple[str, str, float, float]], source: str) -> Kept:
    """Keep fire stations: id, name, easting, northing."""
    columns = (
        ("station_id", "varchar"), ("name", "varchar"), ("easting", "float8"), ("northing", "float8"),
        ("source", "varchar"),
    )  # fmt: skip
    values = {name: [row[at] for row in rows] for at, (name, _) in enumerate(columns[:-1])}
    statement = _upsert("stations", "station_id", columns)
    return await _keep(session, statement, len(rows), {**values, "source": [source] * len(rows)})


async def save_areas(
    session: AsyncSession, kind: str, areas: Sequence[Area], source: str, *, whole: bool = True
) -> Kept:
    """Keep all areas of one kind; those that the file no longer names are taken out, if the file is `whole`.

    Neighbours are the exception: each sends a file of its own.
    """
    columns = (
        ("kind", "varchar"), ("code", "varchar"), ("name", "varchar"), ("shape", "bytea"), ("source", "varchar"),
    )  # fmt: skip
    codes = [area.code for area in areas]
    values = {
        "kind": [kind] * len(areas),
        "code": codes,
        "name": [area.name for area in areas],
        "shape": [shapely.to_wkb(area.shape) for area in areas],
        "source": [source] * len(areas),
    }
    gone = delete(LoadedArea).where(col(LoadedArea.kind) == kind, col(LoadedArea.code).not_in(codes))
    removed = 0
    if kind != "neighbour" and whole:
        removed = len((await session.execute(gone.returning(col(LoadedArea.code)))).all())
    kept = await _keep(session, _upsert("areas", "kind, code", columns), len(areas), values)
    return replace(kept, removed=removed)


async def save_load(session: AsyncSession, load: Load) -> None:
    """Keep what came of a load."""
    session.add(load)


async def find_premises(session: AsyncSession, premises_id: str) -> Premises | None:
    """Return the row with this id, or None."""
    return await session.get(Premises, premises_id)


async def find_entry(session: AsyncSession, premises_id: str) -> Entry | None:
    """Return the entry of the gazetteer with this id as it is kept now, or None."""
    row = await find_premises(session, premises_id)
    if row is None:
        return None
    return Entry(
        row.premises_id, row.name, row.address, row.postcode, row.easting, row.northing, row.parent_id,
        row.classification, row.logical_status, row.source,
    )  # fmt: skip


async def list_nearby(session: AsyncSession, easting: float, northing: float, radius_m: float) -> list[Premises]:
    """Return the 400 current entries nearest to a point, within the square around it, nearest first."""
    east, north = col(Premises.easting) - easting, col(Premises.northing) - northing
    wanted = (
        select(Premises)
        .where(
            col(Premises.easting).between(easting - radius_m, easting + radius_m),
            col(Premises.northing).between(northing - radius_m, northing + radius_m),
            col(Premises.logical_status).in_((1, 6)),
        )
        .order_by(east * east + north * north, col(Premises.premises_id))
        .limit(400)
    )
    return list((await session.exec(wanted)).all())


async def count_loads(session: AsyncSession) -> int:
    """Return how many files have been loaded."""
    return (await session.exec(select(func.count()).select_from(Load))).one()


async def list_loads(session: AsyncSession, page: Page) -> list[Load]:
    """Return a page of the loads, newest first."""
    wanted = select(Load).order_by(col(Load.number).desc())
    return list((await session.exec(wanted.offset(page.offset).limit(page.size))).all())


async def counts(session: AsyncSession) -> dict[str, int]:
    """Return how much reference data there is of each kind."""
    tables = {"premises": Premises, "postcodes": PostcodePoint, "areas": LoadedArea, "stations": Station}
    return {name: (await session.exec(select(func.count()).select_from(table))).one() for name, table in tables.items()}
