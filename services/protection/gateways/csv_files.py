"""A CSV file as lines with named fields, whatever its separators and its coding; nothing of it is lost."""

import codecs
import csv
import io
from dataclasses import dataclass

from services.protection.rules.feeds import MORE, NEEDED, FeedKind, Line, kind_of, passed_over
from services.shared.errors import FieldReason, Refused

SEPARATORS = ",;\t"
ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b")


@dataclass(frozen=True)
class FeedFile:
    """What a file tells of, its lines, and the columns that are passed over because none is called so."""

    kind: FeedKind
    lines: tuple[Line, ...]
    passed_over: tuple[str, ...] = ()


def read_feed_file(content: bytes, kind: FeedKind | None = None) -> FeedFile:
    """Return the lines of a file with a header; raises `Refused` if it is none, or not of the kind that was named."""
    if content.startswith(ARCHIVES):
        raise _refused("this is a packed file or an Excel workbook: save it as CSV")
    text = _text_of(content).replace("\x00", "\ufffd")  # a NUL is no text: what holds it is found in no gazetteer
    first = next((line for line in text.splitlines() if line.strip()), "")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(SEPARATORS, key=first.count))
    try:
        header = next((fields for fields in reader if any(field.strip() for field in fields)), [])
        names = [field.strip().casefold().replace(" ", "_") for field in header]
        found = kind_of(names)
        if found is None or (kind is not None and found is not kind):
            raise _refused(_columns_wanted(kind))
        lines = tuple(
            Line(reader.line_num, _named(names, fields)) for fields in reader if any(field.strip() for field in fields)
        )
    except csv.Error:
        words = f"line {reader.line_num} cannot be read: look for a quotation mark that is left open"
        raise _refused(words) from None
    return FeedFile(found, lines, passed_over(found, names))


def _named(names: list[str], fields: list[str]) -> dict[str, str]:
    """Return the fields by their names; what stands beyond the last name is kept, too."""
    named = dict(zip(names, (field.strip() for field in fields), strict=False))
    beyond = [field for field in fields[len(names) :] if field.strip()]
    return named | ({MORE: " | ".join(beyond)} if beyond else {})


def _columns_wanted(kind: FeedKind | None) -> str:
    kinds = [kind] if kind else list(FeedKind)
    columns = "; ".join(f"{each.value}: {', '.join(NEEDED[each])}" for each in kinds)
    return f"the first line does not name the columns that are needed: {columns}"


def _text_of(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _refused(words: str) -> Refused:
    return Refused(words, (FieldReason("/file", words),))
