"""Gives every premises a postcode of the XQ area, which the Royal Mail does not use."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from invented.geometry import Point
from invented.premises import Premises, Register

# Letters that the second half of a postcode may have (C, I, K, M, O and V are never used there).
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
# About as many addresses as one postcode has in life.
FULL = 17


@dataclass(frozen=True)
class Postcode:
    postcode: str
    point: Point
    status: str


def give_postcodes(register: Register) -> tuple[list[Premises], list[Postcode]]:
    """Return the premises with their postcodes, and the postcodes with their middles."""
    units = _Units()
    given: dict[str, str] = {}
    for group in _groups(register):
        code = units.next(group[0].place.postcode_sector)
        given.update({entry.premises_id: code for entry in group})
    done = []
    for entry in register:
        code = given[entry.parent_id] if entry.parent_id else given[entry.premises_id]
        done.append(entry.with_postcode(code))
    return done, _middles(done)


class _Units:
    """The next free postcode of each sector."""

    def __init__(self) -> None:
        self._used: dict[str, int] = {}

    def next(self, sector: str) -> str:
        at = self._used.get(sector, 0)
        self._used[sector] = at + 1
        return f"{sector}{LETTERS[at // len(LETTERS)]}{LETTERS[at % len(LETTERS)]}"


def _groups(register: Register) -> Iterator[list[Premises]]:
    """Yield the premises that share a postcode: a large site alone, a street in handfuls of neighbours."""
    streets: dict[tuple[str, str], list[Premises]] = {}
    for entry in register:
        if entry.parent_id:
            continue
        if entry.alone:
            yield [entry]
        else:
            streets.setdefault((entry.place.key, entry.street), []).append(entry)
    for entries in streets.values():
        handfuls = math.ceil(len(entries) / FULL)
        size = math.ceil(len(entries) / handfuls)
        ordered = _in_order(entries)
        for start in range(0, len(ordered), size):
            yield ordered[start : start + size]


def _in_order(entries: list[Premises]) -> list[Premises]:
    """Return neighbours one after another: from the westernmost (or southernmost) end of the street."""
    east = [entry.point[0] for entry in entries]
    north = [entry.point[1] for entry in entries]
    axis = 0 if max(east) - min(east) >= max(north) - min(north) else 1
    return sorted(entries, key=lambda entry: (entry.point[axis], entry.premises_id))


def _middles(entries: list[Premises]) -> list[Postcode]:
    members: dict[str, list[Premises]] = {}
    for entry in entries:
        members.setdefault(entry.postcode, []).append(entry)
    codes = []
    for code, group in members.items():
        east = round(sum(entry.point[0] for entry in group) / len(group))
        north = round(sum(entry.point[1] for entry in group) / len(group))
        status = "terminated" if all(entry.state == 4 for entry in group) else "live"
        codes.append(Postcode(code, (float(east), float(north)), status))
    return sorted(codes, key=lambda code: code.postcode)
