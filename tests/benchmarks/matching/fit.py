"""Fit what each kind of evidence is worth: the odds that a building is meant, against all others and against none."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from schemas.vocabulary import LocationOutcome
from services.matching.buildings import buildings_of, note_rivals, same_building
from services.matching.decision import decide
from services.matching.evidence import features
from services.matching.findings import Findings
from services.matching.gazetteer import Gazetteer
from services.matching.matching import look
from services.matching.question import Question
from services.matching.reading import Written, read
from tests.benchmarks.matching.kent import Case

Floats = npt.NDArray[np.float64]
_PENALTY = 0.004
_STEPS = 500


@dataclass(frozen=True, slots=True)
class Looked:
    """A case with the entries that were compared, grouped into buildings."""

    case: Case
    question: Question
    found: list[Findings]
    groups: list[int]


def look_at(gazetteer: Gazetteer, case: Case) -> Looked:
    """Return what the matcher compares for a case, without the entries that the case takes away."""
    questions, found = look(gazetteer, read(Written(case.query), gazetteer.postcodes))
    if case.without:
        found = [one for one in found if one.entry.premises_id not in case.without]
        for one in found:
            one.sole = one.rivalled = False
        note_rivals(found)
    heads: list[Findings] = []
    groups = []
    for one in found:
        home = next((at for at, head in enumerate(heads) if same_building(one, head)), None)
        if home is None:
            home = len(heads)
            heads.append(one)
        groups.append(home)
    return Looked(case, questions[0], found, groups)


@dataclass(frozen=True, slots=True)
class Table:
    """All compared entries as one matrix, sorted so that each building, and each case, is one run of rows."""

    names: list[str]
    matrix: Floats
    building_starts: npt.NDArray[np.int64]
    case_of_building: npt.NDArray[np.int64]
    right: npt.NDArray[np.bool_]
    weights: Floats


def tabulate(looked: list[Looked]) -> Table:
    """Return the matrix of evidence for fitting."""
    names: dict[str, int] = {}
    cells: list[list[tuple[int, float]]] = []
    starts, owner, right, weights = [], [], [], []
    for at, one in enumerate(looked):
        weights.append(0.0 if _left_to_a_person(one) or _rivals_are_elsewhere(one) else one.case.weight)
        for group in range(max(one.groups, default=-1) + 1):
            members = [found for found, home in zip(one.found, one.groups, strict=True) if home == group]
            starts.append(len(cells))
            owner.append(at)
            right.append(
                any(found.entry.premises_id in one.case.right for found in members) and one.case.expected == "premises"
            )
            for found in members:
                cells.append([(names.setdefault(what, len(names)), amount) for what, amount in features(found)])
    matrix = np.zeros((len(cells), len(names)))
    for row, line in enumerate(cells):
        for column, amount in line:
            matrix[row, column] = amount
    return Table(
        list(names), matrix, np.array(starts), np.array(owner), np.array(right, dtype=np.bool_), np.array(weights)
    )


def _left_to_a_person(one: Looked) -> bool:
    """Return whether a rule sends the case to a person whatever the weights, so that they need not learn it."""
    buildings = buildings_of(one.found)
    return bool(buildings) and decide(one.question, buildings, None, certain=0.0)[0] is not LocationOutcome.MATCHED


def _rivals_are_elsewhere(one: Looked) -> bool:
    """Return whether a case is called ambiguous because of premises that this gazetteer does not hold.

    Such a label teaches that the only entry that fits is not to be trusted; it is measured, never learnt from.
    """
    rivals = {home for found, home in zip(one.found, one.groups, strict=True) if found.rivalled}
    return one.case.expected == "ambiguous" and len(rivals) < 2


def fit(table: Table, keep: npt.NDArray[np.bool_] | None = None, steps: int = _STEPS) -> dict[str, float]:
    """Return the weights that make the right outcome most likely, by gradient ascent with a pull to zero."""
    cases = len(table.weights)
    weights = table.weights * (1.0 if keep is None else keep)
    point = np.zeros(len(table.names))
    point[table.names.index("an entry at all")] = -3.0
    mean, square = np.zeros_like(point), np.zeros_like(point)
    counts = np.diff(np.append(table.building_starts, len(table.matrix)))
    building_of = np.repeat(np.arange(len(table.building_starts)), counts)
    for step in range(1, steps + 1):
        scores = table.matrix @ point
        best = np.maximum.reduceat(scores, table.building_starts)
        leaders = np.flatnonzero(scores >= best[building_of] - 1e-12)
        leaders = leaders[np.unique(building_of[leaders], return_index=True)[1]]
        gradient = _gradient(table, best, leaders, weights, cases)
        gradient -= _PENALTY * point * weights.sum() / 100
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.99 * square + 0.01 * gradient**2
        rate = 0.1 if step < steps * 0.6 else 0.03
        point += rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
    return {name: round(float(value), 3) for name, value in zip(table.names, point, strict=True)}


def _gradient(table: Table, best: Floats, leaders: npt.NDArray[np.int64], weights: Floats, cases: int) -> Floats:
    top = np.zeros(cases)
    np.maximum.at(top, table.case_of_building, best)
    odds = np.exp(best - top[table.case_of_building])
    whole = np.exp(-top) + np.bincount(table.case_of_building, weights=odds, minlength=cases)
    share = odds / whole[table.case_of_building]
    right_share = np.bincount(table.case_of_building, weights=share * table.right, minlength=cases)
    has_right = np.bincount(table.case_of_building, weights=table.right, minlength=cases) > 0
    wanted = np.where(
        has_right[table.case_of_building],
        np.where(table.right, share / np.maximum(right_share[table.case_of_building], 1e-9), 0.0),
        0.0,
    )
    pull = (wanted - share) * weights[table.case_of_building]
    gradient: Floats = pull @ table.matrix[leaders]
    return gradient
