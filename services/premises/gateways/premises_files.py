"""Premises from the product's own CSV, from AddressBase, from the food register, and points from OS Open UPRN."""

from collections.abc import Iterator
from pathlib import Path

from services.matching import Entry
from services.premises.gateways.addressbase_plus import is_plus, plus_entries
from services.premises.gateways.addressbase_premium import looks_like_premium, premium_entries
from services.premises.gateways.entries import checked, status_of
from services.premises.gateways.fhrs_files import fhrs_entries
from services.premises.gateways.rows import BadRow, FileRefused, Rejected, Row, each, headers_of, point_of, rows_of

CONTRACT = frozenset({"premises_id", "name", "address", "postcode", "easting", "northing"})
_OPEN_UPRN = frozenset({"uprn", "x_coordinate", "y_coordinate", "latitude", "longitude"})
_FHRS_CSV = frozenset({"fhrsid", "businessname"})


def premises_of(path: Path, source: str = "") -> Iterator[Entry | Rejected]:
    """Return the entries of a premises file of any known shape, and its refused rows, as they are read."""
    if path.name.lower().removesuffix(".gz").endswith((".xml", ".json")):
        return fhrs_entries(path, source)
    fields = headers_of(path)
    header = {field.casefold() for field in fields}
    if looks_like_premium(fields):
        return premium_entries(path, source)
    if header >= CONTRACT:
        return each(rows_of(path), lambda row: contract_entry(row, source))
    if is_plus(fields):
        return plus_entries(path, source)
    if header >= _FHRS_CSV:
        return fhrs_entries(path, source)
    if header >= _OPEN_UPRN:
        raise FileRefused(path.name, "OS Open UPRN has points without addresses: load it as uprn points")
    if not fields:
        raise FileRefused(path.name, "the file is empty")
    missing = ", ".join(sorted(CONTRACT - header))
    raise FileRefused(path.name, f"not a premises file that is known here; missing columns: {missing}")


def uprn_points_of(path: Path) -> Iterator[tuple[str, float, float] | Rejected]:
    """Return (UPRN, easting, northing) of OS Open UPRN, to give or correct the points of entries."""
    if not {field.casefold() for field in headers_of(path)} >= _OPEN_UPRN:
        raise FileRefused(path.name, "not OS Open UPRN: missing columns")
    return each(rows_of(path), _uprn_point)


def _uprn_point(row: Row) -> tuple[str, float, float]:
    uprn = row.get("uprn", "").lstrip("0")
    point = point_of(row, "x_coordinate", "y_coordinate")
    if point is None or not (uprn.isascii() and uprn.isdigit()):
        raise BadRow("uprn", "no UPRN or no point")
    return uprn, *point


def is_uprn_points(path: Path) -> bool:
    """Return whether a file is OS Open UPRN: points for UPRNs, and no addresses."""
    fields = headers_of(path)
    return {field.casefold() for field in fields} >= _OPEN_UPRN and not is_plus(fields)


def contract_entry(row: Row, source: str) -> Entry:
    """Return the entry in a row of the product's own CSV; raises `BadRow`."""
    one = row.get("premises_id", "")
    if not one:
        raise BadRow("premises_id", "empty")
    if not (row.get("name") or row.get("address")):
        raise BadRow("address", "neither name nor address")
    point = point_of(row, "easting", "northing")
    status = status_of(row.get("logical_status", ""), "logical_status")
    entry = Entry(
        one,
        row.get("name", ""),
        row.get("address", ""),
        row.get("postcode", "").upper(),
        point[0] if point else None,
        point[1] if point else None,
        row.get("parent_id") or None,
        row.get("classification") or None,
        status,
        row.get("source") or source,
    )
    return checked(entry)
