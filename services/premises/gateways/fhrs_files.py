"""Premises from the open data of the Food Hygiene Rating Scheme, as XML, JSON or CSV; ratings are left behind."""

import gzip
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, cast
from xml.etree import ElementTree

from services.domain.grid_references import GridPoint, to_grid
from services.matching import Entry
from services.premises.gateways.entries import checked
from services.premises.gateways.rows import BadRow, FileRefused, Rejected, each, open_text, rows_of

_LINES = ("addressline1", "addressline2", "addressline3", "addressline4")
_FORBIDDEN = ("<!DOCTYPE", "<!ENTITY")
_Numbered = tuple[int, Mapping[str, str]]


def fhrs_entries(path: Path, source: str) -> Iterator[Entry | Rejected]:
    """Return an entry for each establishment with an address; those without (mobile, home) are refused."""
    yield from each(_records(path), lambda fields: _entry(fields, source or "FHRS"))


def _records(path: Path) -> Iterator[_Numbered | Rejected]:
    kind = path.name.lower().removesuffix(".gz")
    if kind.endswith(".xml"):
        return iter(_xml(path))
    if kind.endswith(".json"):
        return iter(_json(path))
    return rows_of(path)


def _xml(path: Path) -> list[_Numbered]:
    """Return all establishments of an XML file, which is read to its end first: of a damaged one none is kept."""
    with open_text(path) as text:
        head = text.read(4096)
    if any(mark in head for mark in _FORBIDDEN):
        raise FileRefused(path.name, "XML with a document type is not read")
    packed = path.name.lower().endswith(".gz")
    found: list[_Numbered] = []
    try:
        with cast(BinaryIO, gzip.open(path)) if packed else path.open("rb") as file:
            for _, element in ElementTree.iterparse(file):
                if element.tag.rsplit("}", 1)[-1] == "EstablishmentDetail":
                    fields = {
                        child.tag.rsplit("}", 1)[-1].casefold(): (child.text or "").strip() for child in element.iter()
                    }
                    found.append((len(found) + 1, fields))
                    element.clear()
    except ElementTree.ParseError as problem:
        raise FileRefused(path.name, f"damaged or cut short, so nothing of it is read: {problem}") from problem
    if not found:
        raise FileRefused(path.name, "no establishments of the Food Hygiene Rating Scheme in it")
    return found


def _json(path: Path) -> list[_Numbered]:
    try:
        with open_text(path) as text:
            loaded: Any = json.load(text)
    except (json.JSONDecodeError, RecursionError) as problem:
        raise FileRefused(path.name, f"damaged or cut short, so nothing of it is read: {problem}") from problem
    found: list[_Numbered] = []
    for at, record in enumerate(_establishments(loaded), start=1):
        point = record.get("geocode") or record.get("Geocode")
        flat = {**record, **(point if isinstance(point, dict) else {})}
        found.append((at, {key.casefold(): "" if value is None else str(value).strip() for key, value in flat.items()}))
    if not found:
        raise FileRefused(path.name, "no establishments of the Food Hygiene Rating Scheme in it")
    return found


def _establishments(loaded: Any) -> list[dict[str, Any]]:
    """Return the list of establishments, however deep the publisher wrapped it."""
    while isinstance(loaded, dict):
        inner = [loaded[key] for key in loaded if key.casefold() in _WRAPPERS]
        if not inner:
            return []
        loaded = inner[0]
    return [one for one in loaded if isinstance(one, dict)] if isinstance(loaded, list) else []


_WRAPPERS = frozenset({"fhrsestablishment", "establishmentcollection", "establishmentdetail", "establishments"})


def _entry(fields: Mapping[str, str], source: str) -> Entry:
    one = fields.get("fhrsid", "")
    if not one:
        raise BadRow("FHRSID", "empty")
    address = ", ".join(line for key in _LINES if (line := fields.get(key, "")))
    if not address and not fields.get("postcode"):
        raise BadRow("AddressLine1", "no address: private or mobile")
    easting = northing = None
    longitude, latitude = fields.get("longitude", ""), fields.get("latitude", "")
    if longitude and latitude:
        try:
            point = to_grid(float(longitude), float(latitude))
        except ValueError:
            raise BadRow("Longitude", f"not a number: {longitude!r}, {latitude!r}") from None
        if not isinstance(point, GridPoint):
            raise BadRow("Longitude", point.value)
        easting, northing = point.easting, point.northing
    entry = Entry(
        one,
        fields.get("businessname", ""),
        address,
        fields.get("postcode", "").upper(),
        easting,
        northing,
        classification=fields.get("businesstype") or None,
        source=source,
    )
    return checked(entry)
