"""A CSV file as lines with named fields, whatever its separators and its coding; nothing of it is lost."""

import codecs
import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from services.shared.errors import FieldReason, Refused

SEPARATORS = ",;\t"
ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b")
# What is kept of a line beyond its last column.
MORE = "more fields than the header"


@dataclass(frozen=True)
class CsvLines:
    """A file: the names of its columns, each in small letters with "_" for a blank, and its lines by their number."""

    names: tuple[str, ...]
    lines: tuple[tuple[int, Mapping[str, str]], ...]


def read_csv(content: bytes) -> CsvLines:
    """Return the header and the lines of a file; raises `Refused` if it cannot be read."""
    if content.startswith(ARCHIVES):
        raise refused_file("this is a packed file or an Excel workbook: save it as CSV")
    text = _text_of(content).replace("\x00", "\ufffd")  # a NUL is no text: what holds it is found nowhere
    first = next((line for line in text.splitlines() if line.strip()), "")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(SEPARATORS, key=first.count))
    try:
        header = next((fields for fields in reader if any(field.strip() for field in fields)), [])
        names = tuple(field.strip().casefold().replace(" ", "_") for field in header)
        lines = tuple(
            (reader.line_num, _named(names, fields)) for fields in reader if any(field.strip() for field in fields)
        )
    except csv.Error:
        words = f"line {reader.line_num} cannot be read: look for a quotation mark that is left open"
        raise refused_file(words) from None
    return CsvLines(names, lines)


def refused_file(words: str) -> Refused:
    """Return the refusal of a whole file."""
    return Refused(words, (FieldReason("/file", words),))


def _named(names: tuple[str, ...], fields: list[str]) -> dict[str, str]:
    """Return the fields by their names; what stands beyond the last name is kept, too."""
    named = dict(zip(names, (field.strip() for field in fields), strict=False))
    beyond = [field for field in fields[len(names) :] if field.strip()]
    return named | ({MORE: " | ".join(beyond)} if beyond else {})


def _text_of(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
