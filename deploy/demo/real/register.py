"""Turns the public register of food businesses, the postcodes and the fire stations into gazetteer files."""

import csv
import gzip
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from convertbng.cutil import convert_bng
from sample_files import write_csv

SOURCE = "fhrs-2022"
# A record of this tier lies somewhere else than the premises: its coordinates are never used.
MISPLACED = "X"
COUNTY = "kent"

PREMISES_COLUMNS = (
    "premises_id", "name", "address", "postcode", "easting", "northing", "parent_id", "classification",
    "logical_status", "source", "premises_class", "coord_tier", "district",
)  # fmt: skip

# How a business type stands in AddressBase, and the class that a crew would give it.
CLASSES = {
    "Restaurant/Cafe/Canteen": ("CR07", "SHOP"),
    "Retailers - other": ("CR08", "SHOP"),
    "Retailers - supermarkets/hypermarkets": ("CR08", "SHOP"),
    "Takeaway/sandwich shop": ("CR10", "SHOP"),
    "Pub/bar/nightclub": ("CR06", "PUB_CLUB"),
    "Caring Premises": ("RI01", "CARE_HOME"),
    "School/college/university": ("CE", "SCHOOL"),
    "Hotel/bed & breakfast/guest house": ("CH03", "HOTEL_HOSTEL"),
    "Manufacturers/packers": ("CI01", "FACTORY"),
    "Distributors/Transporters": ("CI04", "WAREHOUSE"),
    "Importers/Exporters": ("CI05", "WAREHOUSE"),
    "Farmers/growers": ("CA01", "FARM"),
}
OTHER = ("C", "OTHER")


@dataclass(frozen=True)
class Station:
    """A fire station; `point` in metres on the National Grid."""

    station_id: str
    name: str
    point: tuple[float, float]


def read_rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file, gzipped or not."""
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
    yield from csv.DictReader(io.StringIO(text, newline=""))


def write_premises(data: Path, out: Path) -> Path:
    """Write the premises; one whose coordinates are misplaced lies at its postcode, or nowhere if that is unknown."""
    rows = {row["fhrs_id"]: row for row in read_rows(data / "fhrs_kent_dev.csv.gz")}
    centres = {row["postcode"]: (row["easting"], row["northing"]) for row in read_rows(_postcodes(data))}
    order = list(rows.values())
    east, north = convert_bng([float(row["lon"]) for row in order], [float(row["lat"]) for row in order])
    lines = []
    for row, x, y in zip(order, east, north, strict=True):
        place = (f"{x:.1f}", f"{y:.1f}")
        if row["coord_tier"] == MISPLACED:
            place = centres.get(row["postcode"], ("", ""))
        classification, premises_class = CLASSES.get(row["business_type"], OTHER)
        head = (row["fhrs_id"], row["name"], address_of(row), row["postcode"], *place, "", classification)
        lines.append((*head, "1", SOURCE, premises_class, row["coord_tier"], row["la_name"]))
    return write_csv(out / "premises.csv", PREMISES_COLUMNS, lines)


def address_of(row: dict[str, str]) -> str:
    """Return the address lines of a register entry as one line, without the county and without empty lines."""
    lines = (row[f"addr{number}"].strip() for number in range(1, 5))
    return ", ".join(line for line in lines if line and line.casefold() != COUNTY)


def write_postcodes(data: Path, out: Path) -> Path:
    """Write every postcode of the service's area and of its neighbours' towns, with its status."""
    lines = ((row["postcode"], row["easting"], row["northing"], row["status"]) for row in read_rows(_postcodes(data)))
    return write_csv(out / "postcodes.csv", ("postcode", "easting", "northing", "status"), lines)


def _postcodes(data: Path) -> Path:
    return next(data.glob("postcodes_*.csv.gz"))


def read_stations(data: Path) -> list[Station]:
    """Return the service's fire stations, numbered as the service numbers them."""
    return [
        Station(
            row["station_number"].zfill(2),
            row["station"].removesuffix(" Fire Station"),
            (float(row["easting"]), float(row["northing"])),
        )
        for row in read_rows(data / "kent_fire_stations.csv")
    ]


def write_stations(stations: list[Station], out: Path) -> Path:
    """Write the stations in the contract's columns."""
    lines = ((post.station_id, post.name, *(f"{metre:.1f}" for metre in post.point)) for post in stations)
    return write_csv(out / "stations.csv", ("station_id", "name", "easting", "northing"), lines)
