"""Premises from the product's own CSV, from AddressBase Plus, and bare points from OS Open UPRN."""

from collections.abc import Callable, Iterator
from pathlib import Path

from services.premises.gateways.addressbase_premium import looks_like_premium, premium_entries
from services.premises.gateways.fhrs_files import fhrs_entries
from services.premises.gateways.rows import FileRefused, Rejected, Row, headers_of, point_of, rows_of
from services.premises.rules.gazetteer import Entry

_CONTRACT = frozenset({"premises_id", "name", "address", "postcode", "easting", "northing"})
_PLUS = frozenset({"uprn", "x_coordinate", "y_coordinate", "street_description"})
_OPEN_UPRN = frozenset({"uprn", "x_coordinate", "y_coordinate", "latitude", "longitude"})
_FHRS_CSV = frozenset({"fhrsid", "businessname"})
DEMOLISHED, HISTORICAL = "4", 8


def premises_of(path: Path, source: str = "") -> Iterator[Entry | Rejected]:
    """Return the entries of a premises file of any known shape, and its refused rows, as they are read."""
    if path.name.lower().removesuffix(".gz").endswith((".xml", ".json")):
        return fhrs_entries(path, source)
    fields = headers_of(path)
    if looks_like_premium(fields):
        return premium_entries(path, source)
    header = {field.casefold() for field in fields}
    if header >= _CONTRACT:
        return _each(path, source, _contract_entry)
    if header >= _PLUS:
        return _each(path, source, _plus_entry)
    if header >= _FHRS_CSV:
        return fhrs_entries(path, source)
    if header >= _OPEN_UPRN:
        raise FileRefused(path.name, "OS Open UPRN has points without addresses: load it as uprn points")
    missing = ", ".join(sorted(_CONTRACT - header))
    raise FileRefused(path.name, f"not a premises file that is known here; missing columns: {missing}")


def uprn_points_of(path: Path) -> Iterator[tuple[str, float, float] | Rejected]:
    """Return (UPRN, easting, northing) of OS Open UPRN, to give or correct the points of entries."""
    if not {field.casefold() for field in headers_of(path)} >= _OPEN_UPRN:
        raise FileRefused(path.name, "not OS Open UPRN: missing columns")
    for line, row in rows_of(path):
        point = point_of(row, "x_coordinate", "y_coordinate", line)
        if isinstance(point, Rejected):
            yield point
        elif point is None or not row["uprn"].isdigit():
            yield Rejected(line, "uprn", "no UPRN or no point")
        else:
            yield row["uprn"].lstrip("0"), *point


def is_uprn_points(path: Path) -> bool:
    """Return whether a file is OS Open UPRN: points for UPRNs, and no addresses."""
    header = {field.casefold() for field in headers_of(path)}
    return header >= _OPEN_UPRN and not header >= _PLUS


def _each(path: Path, source: str, make: Callable[[Row, int, str], Entry | Rejected]) -> Iterator[Entry | Rejected]:
    for line, row in rows_of(path):
        yield make(row, line, source)


def _contract_entry(row: Row, line: int, source: str) -> Entry | Rejected:
    one = row.get("premises_id", "")
    if not one:
        return Rejected(line, "premises_id", "empty")
    if not (row.get("name") or row.get("address")):
        return Rejected(line, "address", "neither name nor address")
    point = point_of(row, "easting", "northing", line)
    if isinstance(point, Rejected):
        return point
    status = row.get("logical_status") or "1"
    if not status.isdigit():
        return Rejected(line, "logical_status", f"not a number: {status!r}")
    return Entry(
        one, row.get("name", ""), row.get("address", ""), row.get("postcode", "").upper(),
        point[0] if point else None, point[1] if point else None,
        row.get("parent_id") or None, row.get("classification") or None, int(status), row.get("source") or source,
    )  # fmt: skip


def _plus_entry(row: Row, line: int, source: str) -> Entry | Rejected:
    uprn = row.get("uprn", "").lstrip("0")
    if not uprn.isdigit() or len(uprn) > 12:
        return Rejected(line, "uprn", f"not a UPRN: {row.get('uprn', '')!r}")
    point = point_of(row, "x_coordinate", "y_coordinate", line)
    if isinstance(point, Rejected):
        return point
    get = row.get
    name = get("la_organisation") or get("rm_organisation_name") or get("organisation_name") or ""
    numbers = _run(row, "pao")
    address = ", ".join(
        part
        for part in (
            get("sao_text") or get("sub_building_name"), _run(row, "sao"), get("pao_text") or get("building_name"),
            f"{numbers or get('building_number', '')} {get('street_description') or get('thoroughfare', '')}".strip(),
            get("locality") or get("dependent_locality"), get("town_name") or get("post_town"),
        )
        if part
    )  # fmt: skip
    status = get("blpu_logical_status") or get("logical_status") or "1"
    historical = get("blpu_state") == DEMOLISHED
    return Entry(
        uprn, name, address, (get("postcode_locator") or get("postcode") or "").upper(),
        point[0] if point else None, point[1] if point else None, (get("parent_uprn") or "").lstrip("0") or None,
        get("class") or get("classification_code") or None,
        HISTORICAL if historical else int(status) if status.isdigit() else 1, source or "AddressBase Plus",
    )  # fmt: skip


def _run(row: Row, which: str) -> str:
    first = row.get(f"{which}_start_number", "") + row.get(f"{which}_start_suffix", "")
    last = row.get(f"{which}_end_number", "") + row.get(f"{which}_end_suffix", "")
    return f"{first}-{last}" if first and last else first
