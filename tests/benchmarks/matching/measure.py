"""Measure the matcher as a service would feel it: right, wrong, helped, placed, for each kind of query."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from schemas.vocabulary import LocationOutcome, LocationPrecision
from services.matching.buildings import buildings_of
from services.matching.decision import decide
from services.matching.evidence import features
from services.matching.placing import place
from services.matching.postcodes import Postcodes
from tests.benchmarks.matching.fit import Looked

FIRST = 5


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one case. `belief` is 0 where a rule sends it to a person whatever its score."""

    looked: Looked
    belief: float
    is_right: bool
    helped: bool
    placed: bool
    reason: str

    @property
    def wants_premises(self) -> bool:
        """Whether the case's premises is in the gazetteer."""
        return self.looked.case.expected == "premises"


def result_of(looked: Looked, weights: dict[str, float], postcodes: Postcodes) -> Result:
    """Return what the matcher would do with a case under these weights."""
    for one in looked.found:
        one.score = sum(weights.get(what, 0.0) * amount for what, amount in features(one))
    found = sorted(looked.found, key=lambda one: -one.score)
    buildings = buildings_of(found)
    case = looked.case
    belief = buildings[0].belief if buildings else 0.0
    sure, reason = decide(looked.question, buildings, None, certain=0.0)
    shown = [building.best.entry.premises_id for building in buildings[:FIRST]]
    same = [{one.entry.premises_id for one in building.entries} for building in buildings[:FIRST]]
    right = bool(buildings) and shown[0] in case.right and case.expected == "premises"
    precision, easting, northing = place(looked.question, found, belief, postcodes)
    near = (
        case.truth is not None
        and easting is not None
        and northing is not None
        and precision is not LocationPrecision.NONE
        and math.hypot(easting - case.truth[0], northing - case.truth[1]) <= case.tolerance_m
    )
    return Result(
        looked,
        belief if sure is LocationOutcome.MATCHED else 0.0,
        right,
        any(ids & case.right for ids in same),
        near,
        reason.value,
    )


@dataclass(frozen=True, slots=True)
class Figures:
    """The measures of docs/matching.md over some results."""

    right: float
    wrong: float
    helped: float
    placed: float
    automatic: int
    wrong_count: int


def figures(results: Iterable[Result], certain: float) -> Figures:
    """Return the measures at one threshold; wrong is a share of all automatic matches."""
    results = list(results)
    wanted = [one for one in results if one.wants_premises]
    places = [one for one in results if one.looked.case.expected in ("street", "postcode_or_street", "near", "point")]
    automatic = [one for one in results if one.belief >= certain]
    wrong = sum(not one.is_right for one in automatic)
    return Figures(
        sum(one.is_right and one.belief >= certain for one in wanted) / max(1, len(wanted)),
        wrong / max(1, len(automatic)),
        sum(one.helped for one in wanted) / max(1, len(wanted)),
        sum(one.placed and one.belief < certain for one in places) / max(1, len(places)),
        len(automatic),
        wrong,
    )


def table(results: Iterable[Result], certain: float) -> list[str]:
    """Return the lines of a table by kind of query and what it must come to."""
    kinds: dict[tuple[str, str], list[Result]] = defaultdict(list)
    for one in results:
        kinds[one.looked.case.category.removesuffix("+typo"), one.looked.case.expected].append(one)
    lines = [
        "| kind of query | must come to | queries | right automatic | wrong automatic | helped | placed |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    for (kind, expected), group in sorted(kinds.items(), key=lambda pair: (pair[0][1], pair[0][0])):
        right = sum(one.is_right and one.belief >= certain for one in group)
        wrong = sum(not one.is_right and one.belief >= certain for one in group)
        helped = sum(one.helped for one in group) if expected in ("premises", "ambiguous") else None
        placed = sum(one.placed for one in group) if expected not in ("premises", "ambiguous", "absent") else None
        shown = [str(len(group)), str(right), str(wrong), _or_dash(helped), _or_dash(placed)]
        lines.append(f"| {kind} | {expected} | " + " | ".join(shown) + " |")
    return lines


def _or_dash(count: int | None) -> str:
    return "–" if count is None else str(count)
