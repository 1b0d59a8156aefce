"""Premises from OS AddressBase Premium: record types in one headerless CSV, joined by UPRN and USRN."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from services.premises.gateways.rows import Rejected, open_text
from services.premises.rules.coordinates import reasons_to_refuse_point
from services.premises.rules.gazetteer import Entry

_TYPES = frozenset({"10", "11", "15", "21", "23", "24", "28", "29", "30", "31", "32", "99"})
_APPROVED, _HISTORICAL, _DEMOLISHED = "1", 8, "4"
_ENGLISH = "ENG"


@dataclass(slots=True)
class _Held:
    """What of one file must be held until its addresses can be put together."""

    streets: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    objects: dict[str, tuple[int, list[str]]] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)
    organisations: dict[str, str] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict)
    post: dict[str, list[str]] = field(default_factory=dict)


def looks_like_premium(first_row: list[str]) -> bool:
    """Return whether a file's first row is an AddressBase Premium record."""
    return len(first_row) > 3 and first_row[0] in _TYPES


def premium_entries(path: Path, source: str) -> Iterator[Entry | Rejected]:
    """Return one entry for each property object of a Premium file, with its best address text."""
    held = _Held()
    with open_text(path) as text:
        reader = csv.reader(text)
        for record in reader:
            refused = _hold(held, record, reader.line_num)
            if refused is not None:
                yield refused
    for uprn, (line, record) in held.objects.items():
        yield _entry(held, uprn, record, line, source or "AddressBase Premium")


def _hold(held: _Held, record: list[str], line: int) -> Rejected | None:
    kind = record[0] if record else ""
    try:
        if kind == "15" and (record[8] == _ENGLISH or record[3] not in held.streets):
            held.streets[record[3]] = (record[4], record[5], record[6])
        elif kind == "21":
            held.objects[record[3]] = (line, record[4:21])
        elif kind == "24":
            _hold_text(held, record)
        elif kind == "28":
            held.post[record[3]] = record[5:16]
        elif kind == "31":
            held.organisations.setdefault(record[3], record[5])
        elif kind == "32" and "AddressBase" in record[6]:
            held.classes[record[3]] = record[5]
    except IndexError:
        return Rejected(line, f"record type {kind}", "too few fields")
    return None


def _hold_text(held: _Held, record: list[str]) -> None:
    """Keep the approved English address text of an object, or any until that one comes."""
    known = held.texts.get(record[3])
    better = record[6] == _APPROVED and record[5] == _ENGLISH
    if known is None or better:
        held.texts[record[3]] = record[11:22]


def _entry(held: _Held, uprn: str, record: list[str], line: int, source: str) -> Entry | Rejected:
    status, state, parent, east, north, postcode = record[0], record[1], record[3], record[4], record[5], record[16]
    try:
        easting, northing = float(east), float(north)
    except ValueError:
        return Rejected(line, "X_COORDINATE", f"not a number: {east!r}, {north!r}")
    refusal = reasons_to_refuse_point(easting, northing)
    if refusal:
        return Rejected(line, "X_COORDINATE", refusal.value)
    address = _address(held, uprn)
    post = held.post.get(uprn)
    name = held.organisations.get(uprn, "") or (post[0] if post else "")
    if not address and not name:
        return Rejected(line, "UPRN", "no address text (LPI or DPA) for this object")
    return Entry(
        uprn.lstrip("0"), name, address, postcode or (post[10] if post else ""), easting, northing,
        parent.lstrip("0") or None, held.classes.get(uprn),
        _HISTORICAL if state == _DEMOLISHED else int(status or 1), source,
    )  # fmt: skip


def _address(held: _Held, uprn: str) -> str:
    text = held.texts.get(uprn)
    if text is None:
        post = held.post.get(uprn)
        if post is None:
            return ""
        parts = [post[2], post[3], f"{post[4]} {post[6] or post[5]}".strip(), post[8], post[9]]
        return ", ".join(part for part in parts if part)
    street, locality, town = held.streets.get(text[10], ("", "", ""))
    unit = _run(text[0:4])
    house = _run(text[5:9])
    parts = [text[4], unit and f"Unit {unit}", text[9], f"{house} {street}".strip(), locality, town]
    return ", ".join(part for part in parts if part)


def _run(fields: list[str]) -> str:
    first, last = fields[0] + fields[1], fields[2] + fields[3]
    return f"{first}-{last}" if first and last else first
