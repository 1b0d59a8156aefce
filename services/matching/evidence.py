"""Turn what agrees and what does not into points that add up, each with a name a person can read."""

import math
from dataclasses import dataclass
from functools import lru_cache

from services.matching.doors import Numbers
from services.matching.findings import Code, Findings, Where
from services.matching.gazetteer_parts import BUILDING, LOCALITY, NAME, STREET
from services.matching.weights import WEIGHTS

WHOLE_HOME = "a home's whole address, and nothing else"
FIX_NEAR = "the crew's fix is within 50 m"
# Judged, not fitted: the development data hold neither entries without a name nor fixes.
JUDGED = {WHOLE_HOME: 2.5, FIX_NEAR: 1.0}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that speaks for or against an entry, and how much, in natural logs of the odds."""

    what: str
    points: float


def evidence_of(found: Findings) -> tuple[Evidence, ...]:
    """Return everything that speaks for or against a weighed entry; the points add up to its score.

    Policy: docs/matching.md; the weights are fitted by the calibration program (docs/matching.md).
    """
    return tuple([one for what, amount in found.amounts if (one := _evidence(what, amount))])


@lru_cache(maxsize=10_000)  # most of it is the same for one entry as for another
def _evidence(what: str, amount: float) -> Evidence | None:
    worth = WEIGHTS.get(what) or JUDGED.get(what)
    return Evidence(what, round(worth * amount, 3)) if worth else None


def weigh(found: Findings) -> float:
    """Return the points of an entry: the log of the odds that it is meant rather than nothing in the gazetteer."""
    found.amounts = tuple(features(found))
    worth = WEIGHTS.get
    found.score = sum([worth(what, 0.0) * amount for what, amount in found.amounts])
    judged = tuple((what, 1.0) for what in (WHOLE_HOME,) if _is_home_in_full(found))
    found.amounts += judged
    found.score += sum(JUDGED[what] for what, _ in judged)
    return found.score


def lift(found: Findings, what: str) -> None:
    """Add one judged thing to what speaks for an entry that was weighed."""
    found.amounts += ((what, 1.0),)
    found.score += JUDGED[what]


def _is_home_in_full(found: Findings) -> bool:
    """Return whether the writing and a home without a name, or a block of homes, say the same and nothing more."""
    if found.covered < 0.97 or found.unplaced or not found.is_whole:
        return False
    if found.total[NAME] and not (found.has_units and found.share(NAME) >= 0.85):
        return False
    housed = found.share(BUILDING)
    if found.units is Numbers.EXACT:
        housed = found.building if found.homed else 1.0
    return found.share(STREET) >= 0.85 and (not found.total[BUILDING] or housed >= 0.85)


def features(found: Findings) -> list[tuple[str, float]]:
    """Return the amounts that the weights multiply, by name."""
    name, street = found.share(NAME), found.share(STREET)
    own = found.own_mass / found.own_total if found.own_total else 0.0
    building = found.building
    named = max(name, building)
    said = _silences(found)
    covered = found.covered
    street_right = street >= 0.6
    amounts: list[tuple[str, float]] = [
        ("an entry at all", 1.0),
        ("the name", name),
        ("the name's own words", own),
        ("the name in full", float(name >= 0.9)),
        ("how rare the name is", min(found.own_mass, 16.0) / 8),
        ("the building's name", building * (building > 0.5)),
        ("the building's name in full", float(building >= 0.9)),
        ("more of the building than is written", min(found.total[BUILDING] - found.mass[BUILDING], 16.0) / 8),
        ("name or building in full", float(named >= 0.85)),
        ("how rare what only names it is", min(found.named, 20.0) / 8),
        ("the street", street),
        ("the street in full", float(street >= 0.85)),
        ("how rare the street is", min(found.mass[STREET], 14.0) / 8),
        ("the locality", found.share(LOCALITY)),
        ("words it does not explain", min(found.unexplained, 24.0) / 8),
        ("kinds of premises it does not explain", min(found.unexplained_kind, 12.0) / 8),
        ("share of the writing it explains", covered),
        ("all that is written is explained", float(covered >= 0.97)),
        ("any rare word it does not explain", float(found.unexplained > 3.0)),
        ("much that it does not explain", float(found.unexplained > 9.0)),
        ("another street is written", float(found.other_street)),
        ("another kind of premises is written", float(found.other_kind)),
        ("another unit code is written", float(found.other_code)),
        ("a place it does not lie in", min(found.unplaced, 12.0) / 8),
        ("the only entry that explains all of it", float(found.sole)),
        ("another building explains all of it too", float(found.rivalled)),
        ("how common the name is", math.log(found.namesakes) * (name >= 0.5)),
        ("unit code and postcode: same", float(_is_at_code(found))),
    ]
    amounts.extend((text, 1.0) for text in said)
    amounts.extend(_together(found, named, street_right, covered >= 0.97))
    return [(what, amount) for what, amount in amounts if amount]


def _together(found: Findings, named: float, street_right: bool, covered: bool) -> list[tuple[str, float]]:
    """Return what counts for more, or less, because it comes together."""
    whole_code = found.code in (Code.SAME, Code.SLIP)
    local = found.where is Where.AGREES or whole_code or found.code is Code.DISTRICT
    full, own = named >= 0.85, covered and found.named > 4.0
    claims = (
        ("name and street", full and street_right),
        ("name, street and place", full and street_right and local),
        ("name and postcode", full and whole_code),
        ("name and place", full and local),
        ("name and place and nothing else", full and local and covered),
        ("all explained, in the place", own and local),
        ("the only one of that name in the place", found.sole and local and full),
        ("all explained, on the street", own and street_right),
        ("building, street and place, and nothing else", found.building >= 0.85 and street_right and local and covered),
    )
    together = [(what, 1.0) for what, holds in claims if holds]
    if street_right:
        together.extend(_numbered(found, whole_code))
    elif found.building >= 0.85 and _has_door(found):
        together.append(("a door of its building", 1.0))
    together.extend(_against(found, named, street_right))
    return together


def _numbered(found: Findings, whole_code: bool) -> list[tuple[str, float]]:
    if found.numbers in (Numbers.WITHIN, Numbers.LETTER):
        return [("number in range and street", 1.0)]
    if found.numbers is not Numbers.EXACT:
        return []
    numbered = [("number and street", 1.0), ("number and rare street", min(found.mass[STREET], 14.0) / 8)]
    if whole_code:
        numbered.append(("number, street and postcode", 1.0))
    if found.where is Where.AGREES:
        numbered.append(("number, street and place", 1.0))
        if found.covered >= 0.97:
            numbered.append(("number, street and place, and nothing else", 1.0))
    return numbered


def _against(found: Findings, named: float, street_right: bool) -> list[tuple[str, float]]:
    """Return what speaks against an entry beyond its single words."""
    against: list[tuple[str, float]] = []
    if found.share(NAME) < 0.3 and found.unexplained > 3.0:
        against.append(("another name than the entry's", 1.0))
    if named < 0.4 and found.unexplained > 4.0:
        against.append(("another name is written", 1.0))
    if found.named < 1.0 and not _is_at_code(found) and found.numbers not in (Numbers.EXACT, Numbers.WITHIN):
        against.append(("nothing names the premises", 1.0))
    if found.namesakes > 2 and found.share(NAME) >= 0.5 and found.numbers is Numbers.SILENT and not street_right:
        against.append(("a chain without a street", 1.0))
    if found.building >= 0.85 and found.share(NAME) < 0.3 and not _has_door(found):
        against.append(("only its building is written", 1.0))
        if not found.shares_kind:
            against.append(("only its building is written, and no kind of premises", 1.0))
    return against


_NUMBER = {one: f"number: {one}" for one in Numbers}
_UNIT = {one: f"unit: {one}" for one in Numbers}
_CODE = {one: f"postcode: {one}" for one in Code}
_PLACE = {one: f"place: {one}" for one in Where}


def _is_at_code(found: Findings) -> bool:
    """Return whether the unit's code and the postcode are the entry's; a code alone names no centre it belongs to."""
    return found.same_code and found.code in (Code.SAME, Code.SLIP)


def _has_door(found: Findings) -> bool:
    """Return whether a number or a unit says which door of a building is meant."""
    return _is_at_code(found) or found.numbers is Numbers.EXACT or found.units is not Numbers.SILENT


def _silences(found: Findings) -> list[str]:
    said = []
    if found.numbers is not Numbers.SILENT:
        said.append(_NUMBER[found.numbers])
    if found.units is not Numbers.SILENT:
        said.append(_UNIT[found.units])
    if found.code is not Code.SILENT:
        said.append(_CODE[found.code])
    if found.where is not Where.SILENT:
        said.append(_PLACE[found.where])
    return said
