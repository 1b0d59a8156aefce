"""A CSV file of notices, audits or incidents as lines with named fields; nothing of it is lost."""

from dataclasses import dataclass

from services.protection.rules.feeds import NEEDED, FeedKind, Line, kind_of, passed_over
from services.shared.csv_lines import read_csv, refused_file


@dataclass(frozen=True)
class FeedFile:
    """What a file tells of, its lines, and the columns that are passed over because none is called so."""

    kind: FeedKind
    lines: tuple[Line, ...]
    passed_over: tuple[str, ...] = ()


def read_feed_file(content: bytes, kind: FeedKind | None = None) -> FeedFile:
    """Return the lines of a file with a header; raises `Refused` if it is none, or not of the kind that was named."""
    read = read_csv(content)
    found = kind_of(read.names)
    if found is None or (kind is not None and found is not kind):
        raise refused_file(_columns_wanted(kind))
    return FeedFile(found, tuple(Line(*each) for each in read.lines), passed_over(found, read.names))


def _columns_wanted(kind: FeedKind | None) -> str:
    kinds = [kind] if kind else list(FeedKind)
    columns = "; ".join(f"{each.value}: {', '.join(NEEDED[each])}" for each in kinds)
    return f"the first line does not name the columns that are needed: {columns}"
