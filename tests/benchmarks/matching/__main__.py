"""Fit the matcher's weights, cross-validated by district, and print the table and the curve of docs/matching.md."""

import argparse
from collections import Counter
from pathlib import Path

import numpy as np

from services.matching import weights as fitted
from services.matching.decision import CERTAIN
from tests.benchmarks.matching import variants
from tests.benchmarks.matching.fit import Looked, fit, look_at, tabulate
from tests.benchmarks.matching.kent import Case, gazetteer, postcodes, written_cases
from tests.benchmarks.matching.measure import Result, figures, result_of, table

FOLDS = 5
CURVE = (0.5, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 0.995)


def folds_of(cases: list[Case]) -> list[set[str]]:
    """Return the districts in folds of about the same number of queries."""
    folds: list[set[str]] = [set() for _ in range(FOLDS)]
    sizes = [0] * FOLDS
    for district, count in Counter(case.fold for case in cases).most_common():
        least = sizes.index(min(sizes))
        folds[least].add(district)
        sizes[least] += count
    return folds


def cross_validated(looked: list[Looked], districts: list[set[str]]) -> list[Result]:
    """Return the result of every case under weights fitted without its district."""
    rows = tabulate(looked)
    results: dict[int, Result] = {}
    for held_out in [*districts, {""}]:
        test = np.array([one.case.fold in held_out for one in looked])
        weights = fit(rows, ~test)
        results.update({int(at): result_of(looked[at], weights, postcodes()) for at in np.flatnonzero(test)})
    return [results[at] for at in range(len(looked))]


def write(weights: dict[str, float]) -> None:
    """Write the fitted weights where the matcher reads them."""
    lines = [f'    "{what}": {worth:.2f},' for what, worth in sorted(weights.items(), key=lambda pair: -pair[1])]
    head = Path(fitted.__file__).read_text().split("{")[0]
    Path(fitted.__file__).write_text("\n".join([head + "{", *lines, "}", ""]))


def main() -> None:
    """Fit, measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--write", action="store_true", help="write the weights fitted on all districts")
    asked.add_argument("--quick", action="store_true", help="measure the committed weights; fit nothing")
    options = asked.parse_args()
    written = written_cases()
    made = [
        *variants.absent(written), *variants.renumbered(written), *variants.renamed(), *variants.beside(written),
        *variants.pointed(written), *variants.junk(),
    ]  # fmt: skip
    looked = [look_at(gazetteer(), case) for case in (*written, *made)]
    if options.quick:
        results = [result_of(one, fitted.WEIGHTS, postcodes()) for one in looked]
    else:
        results = cross_validated(looked, folds_of(written))
    print("| threshold | right automatic | wrong of automatic | helped | placed |\n|---:|---:|---:|---:|---:|")
    for certain in CURVE:
        of = figures(results[: len(written)], certain)
        print(f"| {certain} | {of.right:.1%} | {of.wrong:.2%} ({of.wrong_count}) | {of.helped:.1%} | {of.placed:.1%} |")
    print()
    print("\n".join(table(results, CERTAIN)))
    if options.write:
        write(fit(tabulate(looked)))


if __name__ == "__main__":
    main()
