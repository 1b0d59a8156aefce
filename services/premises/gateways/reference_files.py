"""Which kind of reference data a file holds, as its own headers say, and what of a row is kept beside the entry."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from services.matching import Entry
from services.premises.gateways.boundary_files import boundaries_of, read_frame
from services.premises.gateways.entries import DEMOLISHED, HISTORICAL
from services.premises.gateways.point_files import is_code_point
from services.premises.gateways.premises_files import CONTRACT, contract_entry, premises_of
from services.premises.gateways.rows import FileRefused, Rejected, Row, each, headers_of, open_text, rows_of
from services.premises.rules.localities import Area

_ENTRY_COLUMNS = frozenset(
    {
        "premises_id", "name", "address", "postcode", "easting", "northing", "parent_id", "classification",
        "logical_status", "source",
    }
)  # fmt: skip
_AREA_FILES = (".geojson", ".json", ".gpkg", ".parquet", ".geoparquet")


class FileKind(StrEnum):
    """What a reference file holds."""

    PREMISES = "premises"
    POSTCODES = "postcodes"
    BOUNDARIES = "boundaries"
    STATIONS = "stations"


class AreaKind(StrEnum):
    """What an area is to the service."""

    STATION_GROUND = "station_ground"
    DISTRICT = "district"
    WARD = "ward"
    SERVICE = "service"
    NEIGHBOUR = "neighbour"


# The first that a file's name holds says what its areas are; "neighbour" before "boundary".
_NAMED = (
    ("neighbour", AreaKind.NEIGHBOUR), ("ground", AreaKind.STATION_GROUND), ("ward", AreaKind.WARD),
    ("district", AreaKind.DISTRICT), ("service", AreaKind.SERVICE), ("authority", AreaKind.SERVICE),
    ("boundary", AreaKind.SERVICE), ("border", AreaKind.SERVICE),
)  # fmt: skip


def file_kind(path: Path) -> FileKind:
    """Return what a file holds, by its ending and its headers; premises unless they say otherwise."""
    name = path.name.lower().removesuffix(".gz")
    if name.endswith(_AREA_FILES) and not _is_food_register(path, name):
        return FileKind.BOUNDARIES
    if not name.endswith(".csv") and not name.endswith(".txt"):
        return FileKind.PREMISES
    fields = headers_of(path)
    header = {field.casefold() for field in fields}
    if is_code_point(fields):
        return FileKind.POSTCODES
    if {"easting", "northing"} <= header and header & {"station_id", "station_number"}:
        return FileKind.STATIONS
    if header >= {"postcode", "easting", "northing"} and "premises_id" not in header:
        return FileKind.POSTCODES
    if header & {"pcds", "pcd7", "pcd8"} and header & {"oseast1m", "east1m"}:
        return FileKind.POSTCODES
    return FileKind.PREMISES


def _is_food_register(path: Path, name: str) -> bool:
    if not name.endswith(".json"):
        return False
    with open_text(path) as text:
        return "FHRS" in text.read(4096)


def entries_of(path: Path, source: str) -> Iterator[tuple[Entry, Mapping[str, str]] | Rejected]:
    """Return each entry of a premises file with the columns kept beside it, and the refused rows.

    Policy: docs/domain/4.1.md: what the source calls demolished is historical.
    """
    if path.name.lower().removesuffix(".gz").endswith((".xml", ".json")) or not _has_contract_columns(path):
        for one in premises_of(path, source):
            yield one if isinstance(one, Rejected) else (one, {})
        return
    yield from each(rows_of(path), lambda row: _with_what_is_beside(row, source))


def _with_what_is_beside(row: Row, source: str) -> tuple[Entry, Mapping[str, str]]:
    entry = contract_entry(row, source)
    kept = {name: value for name, value in row.items() if value and name and name not in _ENTRY_COLUMNS}
    gone = kept.get("blpu_state") == DEMOLISHED
    return (replace(entry, logical_status=HISTORICAL) if gone else entry), kept


def _has_contract_columns(path: Path) -> bool:
    return {field.casefold() for field in headers_of(path)} >= CONTRACT


def areas_of(path: Path, kind: AreaKind | None = None) -> Iterator[tuple[AreaKind, Area] | Rejected]:
    """Return each area of a boundary file with what it is, and the refused features.

    What it is comes from the operator, else from the feature's own `kind`, else from the file's name.
    """
    own = [] if kind else _own_kinds(path)
    named = kind or next((area_kind for part, area_kind in _NAMED if part in path.stem.casefold()), None)
    for at, one in enumerate(boundaries_of(path)):
        if isinstance(one, Rejected):
            yield one
            continue
        meant = (own[at] if at < len(own) else None) or named
        if meant is None:
            raise FileRefused(
                path.name,
                "cannot tell what the areas are: give --kind station-grounds, districts, wards, service or neighbours",
            )
        yield meant, one


def _own_kinds(path: Path) -> list[AreaKind | None]:
    if path.name.lower().endswith(".gz"):
        return []
    frame = read_frame(path)
    if "kind" not in frame.columns:
        return []
    known = {kind.value: kind for kind in AreaKind}
    return [known.get(str(value).strip().casefold().replace("-", "_")) for value in frame["kind"]]
