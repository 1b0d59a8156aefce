"""A test reads the gazetteer of its own database: the same places are laid out once in a process.

A gazetteer is an unchanging picture (services/matching/gazetteer.py), so that tests cannot disturb each other by it; to
lay one out takes longer than most tests.
"""

from collections.abc import Iterable
from functools import lru_cache

from services.matching import Alias, Entry, Gazetteer, Postcodes
from services.premises.store import snapshots

MOST = 20_000

_laid_out = lru_cache(maxsize=8)(Gazetteer)
_postcodes_of = lru_cache(maxsize=8)(Postcodes)


def _postcodes(rows: Iterable[tuple[str, float, float]] = ()) -> Postcodes:
    return _postcodes_of(tuple(rows))


def _gazetteer(entries: Iterable[Entry], postcodes: Postcodes, aliases: Iterable[Alias]) -> Gazetteer:
    known = tuple(entries)
    return (_laid_out if len(known) <= MOST else Gazetteer)(known, postcodes, tuple(aliases))


def install() -> None:
    """Let every snapshot of this process be made so."""
    snapshots.Postcodes = _postcodes  # type: ignore[attr-defined, assignment]
    snapshots.Gazetteer = _gazetteer  # type: ignore[attr-defined, assignment]
