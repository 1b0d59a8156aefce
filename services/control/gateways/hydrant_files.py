"""A water undertaker's file of hydrants: CSV with a header, whatever its columns are called."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.control.rules.hydrants import NEEDED, columns_of
from services.shared.csv_lines import read_csv, refused_file


@dataclass(frozen=True)
class HydrantFile:
    """The lines of a file, which column holds what, and the columns that are passed over."""

    columns: Mapping[str, str]
    lines: tuple[tuple[int, Mapping[str, str]], ...]
    passed_over: tuple[str, ...]


def read_hydrant_file(content: bytes) -> HydrantFile:
    """Return the lines of a file; raises `Refused` if its header does not say where which hydrant is."""
    read = read_csv(content)
    columns = columns_of(read.names)
    if columns is None:
        raise refused_file(f"the first line does not name the columns that are needed: {NEEDED}")
    passed_over = tuple(sorted({*read.names} - {*columns.values(), ""}))
    return HydrantFile(columns, read.lines, passed_over)
