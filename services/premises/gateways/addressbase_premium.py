"""Premises from OS AddressBase Premium: record types in one headerless CSV, joined by UPRN and USRN."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from services.matching import Entry
from services.premises.gateways.entries import DELETED, DEMOLISHED, HISTORICAL, checked, status_of, unit_of
from services.premises.gateways.rows import BadRow, FileRefused, Rejected, each, lines_of, numbers_of

_TYPES = frozenset({"10", "11", "15", "21", "23", "24", "28", "29", "30", "31", "32", "99"})
_HEADER = "RECORD_IDENTIFIER"
_ENGLISH = "ENG"
# Which address text of an object is the one to take: approved, then provisional, alternative, historical.
_RANK = {"1": 0, "6": 1, "3": 2, "8": 3}


@dataclass(slots=True)
class _Held:
    """What of one file must be held until its addresses can be put together."""

    streets: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    objects: dict[str, tuple[int, list[str]]] = field(default_factory=dict)
    texts: dict[str, tuple[int, list[str]]] = field(default_factory=dict)
    organisations: dict[str, str] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict)
    post: dict[str, list[str]] = field(default_factory=dict)


def looks_like_premium(first_row: list[str]) -> bool:
    """Return whether a file's first row is an AddressBase Premium record, or the header of such records."""
    if first_row and first_row[0].upper() == _HEADER:
        return True
    return len(first_row) > 3 and first_row[0] in _TYPES


def premium_entries(path: Path, source: str) -> Iterator[Entry | Rejected]:
    """Return one entry for each property object of a Premium file, with its best address text.

    The records of all types come in one file; lines of column names among them are passed over. Raises
    `FileRefused` for a file of one record type, from which no address can be put together.
    """
    held = _Held()
    seen: set[str] = set()
    for found in lines_of(path):
        if isinstance(found, Rejected):
            yield found
            continue
        line, record = found
        seen.update(record[:1])
        try:
            _hold(held, record, line)
        except BadRow as bad:
            yield bad.at(line)
    if not held.objects or not (held.texts or held.post):
        kinds = ", ".join(sorted(seen & _TYPES)) or "none"
        raise FileRefused(path.name, f"needs the records 15, 21 and 24 of AddressBase Premium together; it has {kinds}")
    objects = ((line, (uprn, record)) for uprn, (line, record) in held.objects.items())
    yield from each(objects, lambda one: _entry(held, *one, source or "AddressBase Premium"))


def _hold(held: _Held, record: list[str], line: int) -> None:
    kind = record[0].strip() if record else ""
    if not record or kind.upper() == _HEADER:
        return
    if kind not in _TYPES:
        raise BadRow("record type", f"not one of AddressBase Premium: {kind[:20]!r}")
    try:
        if kind == "21":
            _hold_object(held, record, line)
        elif record[1] != DELETED:
            _hold_about(held, kind, record)
    except IndexError:
        raise BadRow(f"record type {kind}", "too few fields") from None


def _hold_object(held: _Held, record: list[str], line: int) -> None:
    if record[3] in held.objects:
        raise BadRow(record[3], "comes more than once in this file and the first counts")
    if len(record) < 21:
        raise BadRow("record type 21", "too few fields")
    # Deleted by an update of the product, or with a date on which it ended.
    gone = record[1] == DELETED or record[5] == DEMOLISHED or bool(record[16])
    held.objects[record[3]] = (line, [*record[4:21], "gone" if gone else ""])


def _hold_about(held: _Held, kind: str, record: list[str]) -> None:
    """Keep what a record says about an object or a street; what has ended is left out."""
    if kind == "15" and (record[8] == _ENGLISH or record[3] not in held.streets):
        held.streets[record[3]] = (record[4], record[5], record[6])
    elif kind == "24":
        rank = 2 * _RANK.get(record[6], 9) + (record[5] != _ENGLISH)
        known = held.texts.get(record[3])
        if known is None or rank < known[0]:
            held.texts[record[3]] = (rank, [*record[11:21], record[21]])
    elif kind == "28":
        held.post[record[3]] = [*record[5:15], record[15]]
    elif kind == "31" and not (len(record) > 8 and record[8]):
        held.organisations.setdefault(record[3], record[5])
    elif kind == "32" and "AddressBase" in record[6]:
        held.classes[record[3]] = record[5]


def _entry(held: _Held, uprn: str, record: list[str], source: str) -> Entry:
    parent, east, north, postcode, gone = record[3], record[4], record[5], record[16], record[17]
    if not (uprn.isascii() and uprn.isdigit()) or len(uprn) > 12:
        raise BadRow("UPRN", f"not a UPRN: {uprn[:20]!r}")
    status = status_of(record[0], "LOGICAL_STATUS")
    easting, northing = numbers_of("X_COORDINATE", east, north)
    classification = held.classes.get(uprn)
    address = _address(held, uprn, classification)
    post = held.post.get(uprn)
    name = held.organisations.get(uprn, "") or (post[0] if post else "")
    if not address and not name:
        raise BadRow("UPRN", "no address text (LPI or DPA) for this object")
    entry = Entry(
        uprn.lstrip("0"),
        name,
        address,
        postcode or (post[10] if post else ""),
        easting,
        northing,
        parent.lstrip("0") or None,
        classification,
        HISTORICAL if gone else status,
        source,
    )
    return checked(entry)


def _address(held: _Held, uprn: str, classification: str | None) -> str:
    found = held.texts.get(uprn)
    if found is None:
        return _postal_address(held.post.get(uprn))
    text = found[1]
    street, locality, town = held.streets.get(text[10], ("", "", ""))
    house = _run(text[5:9])
    parts = [
        text[4],
        unit_of(_run(text[0:4]), classification),
        text[9],
        f"{house} {street}".strip(),
        locality,
        town,
    ]
    return ", ".join(part for part in parts if part)


def _postal_address(post: list[str] | None) -> str:
    if post is None:
        return ""
    streets = [street for street in (post[5], post[6]) if street] or [""]
    parts = [post[2], post[3], f"{post[4]} {streets[0]}".strip(), *streets[1:], post[7], post[8], post[9]]
    return ", ".join(part for part in parts if part)


def _run(fields: list[str]) -> str:
    first, last = fields[0] + fields[1], fields[2] + fields[3]
    return f"{first}-{last}" if first and last else first
