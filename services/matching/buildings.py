"""Which entries stand at one building, and how the belief is shared between buildings."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from services.matching.doors import Numbers
from services.matching.findings import Code, Findings, Where
from services.matching.gazetteer_parts import NAME
from services.matching.normalise import Number

SAME_SPOT_M = 12.0
ONE_SITE_M = 250.0
_CLOSE = 1.5
_FULLY = 0.97
_AS_WELL = 0.01
_SET_APART = 1.0
_MOST_RIVALS = 8
_MOST_WEIGHED = 12


@dataclass(frozen=True, slots=True)
class Building:
    """The entries found at one building, best first, and the share of belief that falls on it."""

    entries: tuple[Findings, ...]
    belief: float

    @property
    def best(self) -> Findings:
        """The entry that stands for the building: the written unit, else the block, else one named in full.

        One named in full goes before another only where it accounts for as much of the writing.
        """
        first = self.entries[0]
        block = next((one for one in self.entries if one.entry.premises_id == first.family), None)
        units = [one for one in self.entries if block and one is not block and one.family == block.family]
        if block is not None and units:
            return _unit_or_block(units, block)
        close = [one for one in self.entries[1:6] if one.score > first.score - _CLOSE]
        close = [first, *(one for one in close if one.covered >= first.covered - _AS_WELL)]
        return min(close, key=lambda one: (not _is_in_full(one), -one.score))


def _is_in_full(one: Findings) -> bool:
    return one.share(NAME) >= 0.9 or one.building >= 0.9


def _unit_or_block(units: list[Findings], block: Findings) -> Findings:
    """Return the one unit of a block that the writing tells from the others, else the block.

    Policy: docs/domain/1.1.md: facts about the building stand on the parent, about people on
    the unit; so a unit is taken only where it is written, and never one of several that are as well meant.
    """
    apart = sorted(
        (one for one in units if _is_named_apart(one, block)), key=lambda one: (-one.set_apart_by, -one.score)
    )
    if not apart or (len(apart) > 1 and apart[0].set_apart_by - apart[1].set_apart_by < _SET_APART):
        return block
    return apart[0]


def _is_named_apart(unit: Findings, block: Findings) -> bool:
    """Return whether the writing says something that this unit accounts for and its block does not."""
    return Numbers.CONFLICT not in (unit.units, unit.numbers) and unit.set_apart_by > block.set_apart_by + _SET_APART


def same_building(one: Findings, other: Findings) -> bool:
    """Return whether two entries stand at one building, so that either would be right.

    Policy: docs/matching.md: the right building under another entry is right; several entries at one site are not
    several buildings. Numbers that differ are different buildings whatever the coordinates say.
    """
    entry, another = one.entry, other.entry
    if one.family == other.family or entry.premises_id in (another.premises_id, another.parent_id):
        return True
    if another.premises_id == entry.parent_id:
        return True
    if entry.postcode != another.postcode:
        return False
    apart = math.hypot(one.easting - other.easting, one.northing - other.northing)
    if apart > ONE_SITE_M or _differ(one.houses, other.houses) or _differ(one.units_at, other.units_at):
        return False
    if not apart > SAME_SPOT_M:
        return True
    same_door = any(a.is_exactly(b) for a in one.houses for b in other.houses)
    return same_door or bool(one.site_names & other.site_names)


def _differ(numbers: list[Number], others: list[Number]) -> bool:
    if not numbers or not others:
        return False
    for one in numbers:
        for other in others:
            if one.meets(other):
                return False
    return True


def buildings_of(found: list[Findings]) -> list[Building]:
    """Return the buildings behind the entries, most believed first, beliefs adding up to less than one.

    Policy: docs/matching.md: the share left over is the belief that the premises is not in the gazetteer.
    """
    ordered = sorted(found, key=lambda one: -one.score)[:_MOST_WEIGHED]
    groups: list[list[Findings]] = []
    for one in ordered:
        home = next((group for group in groups if same_building(one, group[0])), None)
        if home is None:
            groups.append([one])
        else:
            home.append(one)
    top = max([0.0, *(group[0].score for group in groups)])
    odds = [math.exp(group[0].score - top) for group in groups]
    whole = math.exp(-top) + sum(odds)
    return [Building(tuple(group), share / whole) for group, share in zip(groups, odds, strict=True)]


def note_families(found: Sequence[Findings]) -> None:
    """Mark the units whose block was found too, so that a block and its units are one building.

    Policy: docs/domain/1.1.md: one addressable building is the parent, a flat its unit.
    """
    known = {one.entry.premises_id for one in found}
    for one in found:
        parent = one.entry.parent_id
        one.family = parent if parent and parent in known else one.entry.premises_id


def note_rivals(found: Sequence[Findings]) -> None:
    """Mark the entries that account for every written word, and those of them with a rival elsewhere that does too.

    Policy: docs/matching.md: several branches, or a name that is also a street's, are never guessed between.
    """
    full = [one for one in found if one.covered >= _FULLY and _possible(one)][:_MOST_RIVALS]
    for one in full:
        rival = any(other is not one and not same_building(one, other) for other in full)
        one.sole, one.rivalled = not rival, rival


def _possible(one: Findings) -> bool:
    return one.numbers is not Numbers.CONFLICT and one.code is not Code.CONFLICT and one.where is not Where.FAR
