"""Rows of reference files: opened whatever their packing, refused one by one with line, field and reason."""

import csv
import gzip
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from services.premises.rules.coordinates import reasons_to_refuse_point

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not loaded: where it stands, which field is wrong, and why."""

    line: int
    field: str
    why: str


@dataclass(frozen=True, slots=True)
class FileRefused(Exception):
    """A whole file that cannot be read as reference data."""

    path: str
    why: str

    def __str__(self) -> str:
        return f"{self.path}: {self.why}"


def open_text(path: Path) -> TextIO:
    """Open a file as text, gzipped or not; UTF-8, else the Windows code page that older registers use."""
    with path.open("rb") as beginning:
        packed = beginning.read(2) == b"\x1f\x8b"
    opener = gzip.open if packed else open
    with opener(path, "rb") as probe:
        head = probe.read(1 << 20)
    return io.TextIOWrapper(opener(path, "rb"), encoding=_encoding(head), errors="replace", newline="")


def _encoding(head: bytes) -> str:
    try:
        head[: head.rfind(b"\n") + 1 or len(head)].decode("utf-8-sig")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def headers_of(path: Path) -> list[str]:
    """Return the first row of a CSV file, trimmed; empty for an empty file."""
    with open_text(path) as text:
        return [field.strip() for field in next(csv.reader(text), [])]


def rows_of(path: Path) -> Iterator[tuple[int, Row]]:
    """Return (line, row) for each row of a CSV file with a header; header names in lower case."""
    with open_text(path) as text:
        reader = csv.reader(text)
        header = [field.strip().casefold() for field in next(reader, [])]
        for fields in reader:
            if any(field.strip() for field in fields):
                yield reader.line_num, dict(zip(header, (field.strip() for field in fields), strict=False))


def point_of(row: Row, east: str, north: str, line: int) -> tuple[float, float] | Rejected | None:
    """Return the point in two fields of a row, None where both are empty, or why it is refused."""
    texts = row.get(east, ""), row.get(north, "")
    if not any(texts):
        return None
    try:
        easting, northing = float(texts[0]), float(texts[1])
    except ValueError:
        return Rejected(line, east, f"not a number: {texts[0]!r}, {texts[1]!r}")
    refusal = reasons_to_refuse_point(easting, northing)
    return Rejected(line, east, refusal.value) if refusal else (easting, northing)
