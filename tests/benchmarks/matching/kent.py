"""The development data of Kent, which stands beside the checkout and never in it."""

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from services.domain.grid_references import GridPoint, to_grid
from services.matching.gazetteer import Entry, Gazetteer
from services.matching.postcodes import Postcodes

KENT = Path(__file__).resolve().parents[4] / "shared" / "data" / "kent"


@dataclass(frozen=True, slots=True)
class Case:
    """One written query with what it must come to. `truth` in metres (EPSG:27700)."""

    query: str
    category: str
    expected: str
    right: frozenset[str]
    truth: tuple[float, float] | None
    tolerance_m: float
    fold: str
    without: frozenset[str] = frozenset()
    weight: float = 1.0


def _rows(name: str) -> Iterator[dict[str, str]]:
    path = KENT / name
    with gzip.open(path, "rt") if name.endswith(".gz") else path.open() as text:
        yield from csv.DictReader(text)


@cache
def records() -> dict[str, dict[str, str]]:
    """Return the premises records by id."""
    return {row["fhrs_id"]: row for row in _rows("fhrs_kent_dev.csv.gz")}


def address_of(row: dict[str, str]) -> str:
    """Return a record's address lines as the contract's one address field."""
    return ", ".join(line for at in range(1, 5) if (line := row[f"addr{at}"]))


@cache
def postcodes() -> Postcodes:
    """Return the postcodes of Kent with their points."""
    rows = _rows("postcodes_me_ct_tn_da_br.csv.gz")
    return Postcodes((row["postcode"], float(row["easting"]), float(row["northing"])) for row in rows if row["easting"])


@cache
def gazetteer() -> Gazetteer:
    """Return the development gazetteer as `ravi gazetteer load` would build it from the contract's CSV."""
    entries = (
        Entry(
            row["fhrs_id"],
            row["name"],
            address_of(row),
            row["postcode"],
            float(row["easting"]) if row["easting"] else None,
            float(row["northing"]) if row["northing"] else None,
        )
        for row in records().values()
    )
    return Gazetteer(entries, postcodes())


def written_cases() -> list[Case]:
    """Return the development queries with their answers; the fold is the district."""
    return [_case(row) for row in _rows("dev_visits.csv")]


def _case(row: dict[str, str]) -> Case:
    point = to_grid(float(row["truth_lon"]), float(row["truth_lat"])) if row["truth_lon"] else None
    truth = (point.easting, point.northing) if isinstance(point, GridPoint) else None
    record = records().get(row["truth_fhrs_id"])
    return Case(
        row["query"],
        row["category"],
        row["expected"],
        frozenset(row["ok_fhrs_ids"].split("|")) - {""},
        truth,
        float(row["tolerance_m"]),
        record["la_name"] if record else _district(truth),
    )


@cache
def _located() -> tuple[list[str], list[float], list[float]]:
    rows = [row for row in records().values() if row["easting"]]
    return (
        [row["la_name"] for row in rows],
        [float(row["easting"]) for row in rows],
        [float(row["northing"]) for row in rows],
    )


def _district(truth: tuple[float, float] | None) -> str:
    """Return the district of the nearest record, for a query that names none."""
    if truth is None:
        return ""
    names, east, north = _located()
    apart = [(e - truth[0]) ** 2 + (n - truth[1]) ** 2 for e, n in zip(east, north, strict=True)]
    return names[apart.index(min(apart))]


def old_names() -> Iterator[dict[str, str]]:
    """Return the names that premises had in 2015, with the nearest postcode."""
    return _rows("fhrs_2015_names_dev.csv.gz")
