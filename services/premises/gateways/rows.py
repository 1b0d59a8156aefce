"""Rows of reference files: opened whatever their packing, refused one by one with line, field and reason."""

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol, TextIO, TypeVar

from services.domain.grid_references import reasons_to_refuse_point

Row = Mapping[str, str]
Given = TypeVar("Given")
Made = TypeVar("Made")
_CHUNK = 1 << 20
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_SEPARATORS = ",;\t"
_OPEN_QUOTE = "is a quotation mark left open?"


class Reader(Protocol):
    """Gives the rows of a CSV file, and tells how many lines it has read."""

    @property
    def line_num(self) -> int: ...

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not loaded: where it stands, which field is wrong, and why."""

    line: int
    field: str
    why: str


class BadRow(Exception):
    """Raised where a row is found to be wrong: in which field, and why; `each` says in which line."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(field, why)
        self.field, self.why = field, why

    def at(self, line: int) -> Rejected:
        """Return it as the refusal of a line."""
        return Rejected(line, self.field, self.why)


@dataclass(eq=False)
class FileRefused(Exception):
    """A whole file that cannot be read as reference data."""

    path: str
    why: str

    def __str__(self) -> str:
        return f"{self.path}: {self.why}"


def each(
    rows: Iterable[tuple[int, Given] | Rejected], make: Callable[[Given], Made | None]
) -> Iterator[Made | Rejected]:
    """Return what is made of each (line, row), or why it was refused; a row of which nothing is made is passed over."""
    for one in rows:
        made: Made | Rejected | None
        if isinstance(one, Rejected):
            made = one
        else:
            try:
                made = make(one[1])
            except BadRow as bad:
                made = bad.at(one[0])
        if made is not None:
            yield made


def open_text(path: Path) -> TextIO:
    """Open a file as text, gzipped or not; UTF-8 or UTF-16, else the Windows code page that older registers use.

    The whole file is read once before its first row is given, so that of a damaged one nothing is kept.
    """
    stat = path.stat()
    packed, encoding = _inspected(path, stat.st_size, stat.st_mtime_ns)
    return io.TextIOWrapper((gzip.open if packed else open)(path, "rb"), encoding, errors="replace", newline="")


@lru_cache(maxsize=16)
def _inspected(path: Path, size: int, changed_ns: int) -> tuple[bool, str]:
    """Return whether a file is gzipped, and how its text is coded; it is read anew when it has changed."""
    with path.open("rb") as beginning:
        head = beginning.read(4)
    if head == _ZIP:
        raise FileRefused(path.name, "a ZIP archive or an Excel workbook: unpack it, or save it as CSV")
    packed = head[:2] == _GZIP
    try:
        with (gzip.open if packed else open)(path, "rb") as file:
            return packed, _encoding(file)
    except (EOFError, gzip.BadGzipFile, zlib.error) as problem:
        raise FileRefused(path.name, "the packed file is cut short or damaged: fetch it again") from problem


def _encoding(file: io.BufferedIOBase | gzip.GzipFile) -> str:
    """Return how the text of a file is coded, having read it to its end."""
    decoder, coding = codecs.getincrementaldecoder("utf-8")(), "utf-8-sig"
    chunk = file.read(_CHUNK)
    if chunk[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        coding = "utf-16"
    while chunk:
        if coding == "utf-8-sig":
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                coding = "cp1252"
        chunk = file.read(_CHUNK)
    return coding


def reader_of(text: TextIO) -> Reader:
    """Return a reader of the rows of a file whose fields are parted by commas, semicolons or tabs."""
    first = next((line for line in iter(text.readline, "") if line.strip()), "")
    text.seek(0)
    return csv.reader(text, delimiter=max(_SEPARATORS, key=first.count))


def headers_of(path: Path) -> list[str]:
    """Return the first row of a CSV file that is not blank, trimmed; nothing for an empty file."""
    with open_text(path) as text:
        return _first_row(reader_of(text), path)


def _first_row(reader: Reader, path: Path) -> list[str]:
    try:
        return next((trimmed for row in reader if any(trimmed := [field.strip() for field in row])), [])
    except csv.Error as problem:
        raise FileRefused(path.name, "its first line is not one of column names") from problem


def rows_of(path: Path) -> Iterator[tuple[int, Row] | Rejected]:
    """Return (line, row) for each row of a CSV file with a header, names in lower case; or why it is refused."""
    with open_text(path) as text:
        reader = reader_of(text)
        header = [field.casefold() for field in _first_row(reader, path)]
        for given in _fields_of(reader):
            if isinstance(given, Rejected):
                yield given
                continue
            line, fields = given[0], [field.strip() for field in given[1]]
            if any(fields):
                refused = _fault(fields, len(header), line)
                yield refused or (line, dict(zip(header, fields, strict=False)))


def lines_of(path: Path) -> Iterator[tuple[int, list[str]] | Rejected]:
    """Return (line, fields) for each row of a CSV file without a header; or why it is refused."""
    with open_text(path) as text:
        yield from _fields_of(reader_of(text))


def _fields_of(reader: Reader) -> Iterator[tuple[int, list[str]] | Rejected]:
    """Return (line, fields) for each row; a row with a field beyond all measure is refused, and the next is read."""
    while True:
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Rejected(reader.line_num, "row", f"a field is far too long: {_OPEN_QUOTE}")
            continue
        if any("\x00" in field for field in fields):
            yield Rejected(reader.line_num, "row", "holds a NUL character")
            continue
        yield reader.line_num, fields


def _fault(fields: list[str], columns: int, line: int) -> Rejected | None:
    """Return why the fields of a row cannot be those of its header."""
    if any(fields[columns:]):
        return Rejected(line, "row", f"has more fields than the header: {len(fields)} instead of {columns}")
    for field in fields:
        if "\n" in field and any(part.count(",") >= columns - 1 > 0 for part in field.splitlines()[1:]):
            return Rejected(line, "row", f"holds whole further rows: {_OPEN_QUOTE}")
    return None


def point_of(row: Row, east: str, north: str) -> tuple[float, float] | None:
    """Return the point in two fields of a row, None where both are empty; raises `BadRow`."""
    texts = row.get(east, ""), row.get(north, "")
    if not any(texts):
        return None
    return numbers_of(east, *texts)


def numbers_of(field: str, east: str, north: str) -> tuple[float, float]:
    """Return the point that two texts say; raises `BadRow` where it is none, or none in Great Britain."""
    try:
        easting, northing = float(east), float(north)
    except ValueError:
        raise BadRow(field, f"not a number: {east!r}, {north!r}") from None
    if refusal := reasons_to_refuse_point(easting, northing):
        raise BadRow(field, refusal.value)
    return easting, northing
