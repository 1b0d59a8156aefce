"""Postcodes and fire stations: files of points with a code or a name."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from services.domain.grid_references import PointRefusal
from services.matching import tidy_postcode
from services.premises.gateways.rows import (
    BadRow,
    FileRefused,
    Rejected,
    Row,
    each,
    headers_of,
    lines_of,
    numbers_of,
    point_of,
    rows_of,
)

PostcodeRow = tuple[str, float, float]
_ONSPD_CODES = ("pcds", "pcd", "pcd2", "pcd7", "pcd8")
_CODE_POINT_WIDTHS = (10, 18, 19)
# Northern Ireland's points are on the Irish Grid, where the same numbers mean another place.
_NOT_ON_THE_NATIONAL_GRID = ("BT",)


@dataclass(frozen=True, slots=True)
class StationRow:
    """A fire station and where it stands (metres, EPSG:27700)."""

    station_id: str
    name: str
    easting: float
    northing: float


def postcodes_of(path: Path) -> Iterator[PostcodeRow | Rejected]:
    """Return (postcode, easting, northing) of a postcode file of any known shape, and its refused rows."""
    fields = headers_of(path)
    header = {field.casefold() for field in fields}
    if header >= {"postcode", "easting", "northing"}:
        return _rows(path, "postcode", "easting", "northing")
    if {"oseast1m", "osnrth1m"} <= header and header & set(_ONSPD_CODES):
        code = next(name for name in _ONSPD_CODES if name in header)
        return _rows(path, code, "oseast1m", "osnrth1m")
    if {"east1m", "north1m"} <= header and header & set(_ONSPD_CODES):
        code = next(name for name in _ONSPD_CODES if name in header)
        return _rows(path, code, "east1m", "north1m")
    if is_code_point(fields):
        return each(lines_of(path), _code_point)
    raise FileRefused(path.name, "not a postcode file that is known here; needed: postcode, easting, northing")


def _rows(path: Path, code: str, east: str, north: str) -> Iterator[PostcodeRow | Rejected]:
    return each(rows_of(path), lambda row: _postcode(row, code, east, north))


def _postcode(row: Row, code: str, east: str, north: str) -> PostcodeRow:
    tidy = tidy_postcode(row.get(code, ""))
    if tidy is None:
        raise BadRow(code, f"not a postcode: {row.get(code, '')[:20]!r}")
    if tidy.startswith(_NOT_ON_THE_NATIONAL_GRID):
        raise BadRow(code, PointRefusal.OUTSIDE_GREAT_BRITAIN.value)
    point = point_of(row, east, north)
    if point is None:
        raise BadRow(east, "no coordinates")
    return tidy, *point


def is_code_point(first_row: list[str]) -> bool:
    """Return whether a file's first row is one of Code-Point Open, which has no header."""
    return len(first_row) in _CODE_POINT_WIDTHS and bool(tidy_postcode(first_row[0])) and first_row[1].isdigit()


def _code_point(fields: list[str]) -> PostcodeRow:
    """Code-Point Open has no header: postcode, quality, easting, northing; quality 90 means no coordinates."""
    tidy = tidy_postcode(fields[0]) if fields else None
    if tidy is None or len(fields) < 4:
        raise BadRow("Postcode", "not a postcode row")
    return tidy, *numbers_of("Eastings", fields[2], fields[3])


def stations_of(path: Path) -> Iterator[StationRow | Rejected]:
    """Return the stations of a CSV with station_id (or station_number), name (or station), easting, northing."""
    header = {field.casefold() for field in headers_of(path)}
    if not {"easting", "northing"} <= header or not header & {"name", "station"}:
        raise FileRefused(path.name, "not a stations file; needed: station_id, name, easting, northing")
    return each(rows_of(path), _station)


def _station(row: Row) -> StationRow:
    name = row.get("name") or row.get("station") or ""
    one = row.get("station_id") or row.get("station_number") or ""
    if not name or not one:
        raise BadRow("station_id", "no station id or name")
    point = point_of(row, "easting", "northing")
    if point is None:
        raise BadRow("easting", "no coordinates")
    return StationRow(one, name, *point)
