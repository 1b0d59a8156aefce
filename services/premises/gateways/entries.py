"""What an entry must be before it is taken into the gazetteer, whatever file it came in."""

import re
from dataclasses import replace

from services.matching import Entry
from services.premises.gateways.rows import BadRow

APPROVED, ALTERNATIVE, PROVISIONAL, HISTORICAL = 1, 3, 6, 8
STATUSES = frozenset({APPROVED, ALTERNATIVE, PROVISIONAL, HISTORICAL})
DEMOLISHED = "4"
DELETED = "D"
LONGEST_ID, LONGEST_TEXT = 64, 400
_LINE_BREAK = re.compile(r"[^\S\r\n]*[\r\n]\s*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def status_of(text: str, field: str) -> int:
    """Return the logical status in a field: approved where nothing is written; raises `BadRow`.

    Policy: docs/domain/1.1.md: 1 approved, 3 alternative, 6 provisional, 8 historical.
    """
    if not text:
        return APPROVED
    plain = text.removesuffix(".0")  # as spreadsheets write a column with gaps
    number = int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 3 else 0
    if number not in STATUSES:
        raise BadRow(field, f"not 1, 3, 6 or 8: {text[:20]!r}")
    return number


def unit_of(run: str, classification: str | None) -> str:
    """Return a unit's number as people write it: a flat in a dwelling, else a unit."""
    if not run:
        return ""
    return f"{'Flat' if (classification or '').startswith('R') else 'Unit'} {run}"


def checked(entry: Entry) -> Entry:
    """Return an entry with its texts on one line each; raises `BadRow` if it cannot be one."""
    if not entry.premises_id or len(entry.premises_id) > LONGEST_ID or _CONTROL.search(entry.premises_id):
        raise BadRow("premises_id", f"not an id of at most {LONGEST_ID} characters")
    for field in ("name", "address", "postcode"):
        if len(getattr(entry, field)) > LONGEST_TEXT:
            raise BadRow(field, f"longer than {LONGEST_TEXT} characters")
    tidy = replace(
        entry, name=_on_one_line(entry.name), address=_on_one_line(entry.address), postcode=_on_one_line(entry.postcode)
    )
    if not (tidy.name or tidy.address):
        raise BadRow("address", "neither name nor address")
    return replace(tidy, parent_id=None) if entry.parent_id == entry.premises_id else tidy


def _on_one_line(text: str) -> str:
    """Return a text without line breaks and control characters, which no crew can write."""
    if text.isprintable():
        return text
    return _CONTROL.sub(" ", _LINE_BREAK.sub(", ", text)).strip(" ,")
