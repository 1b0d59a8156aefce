"""How long it takes to find the building a written address means, alone and by the thousand, and in how much memory."""

import gc
import os
from collections import Counter
from collections.abc import Sequence
from time import perf_counter
from typing import Any

from services.command_line.bulk_match import matches, over_processes
from services.matching import Entry, Gazetteer, Postcodes, Written, match
from services.matching.normalise import take_apart
from tests.benchmarks.baseline import beside
from tests.benchmarks.invented_area import invented_entries, postcodes_of
from tests.benchmarks.invented_questions import Question, invented_questions
from tests.benchmarks.report import Measure, Progress, Report, percentile, resident_mb, tell

SINGLE, BULK = 1_000, 6_000
FLOOR_IS = (
    "the same addresses put into house style by the product's own normaliser, then one look-up each in a dict of as "
    "many keys as there are premises: what a matcher would need that had seen every way of writing before"
)
Known = dict[int, str]
_known: Known = {}


def measure_match(scale: int, runs: int) -> Report:
    """Measure single addresses and a bulk of them against an invented gazetteer of `scale` premises.

    A gazetteer of few premises is asked for fewer addresses: for one to a premises alone, and six in bulk.
    """
    single, bulk = min(SINGLE, scale), min(BULK, 6 * scale)
    report = Report("match", scale, "premises in an invented gazetteer", runs)
    entries, gazetteer = _build(scale, report)
    questions = invented_questions(entries, max(single * runs, bulk))
    gc.collect()
    alone, floors = [], []
    answered: Counter[str] = Counter()
    known = _known_ways(questions, scale)
    for run in range(runs):
        tell(f"run {run + 1} of {runs}: {single:,} addresses one at a time, then {bulk:,} in bulk")
        asked = questions[run * single : (run + 1) * single]
        alone.append([_time_one(gazetteer, question, answered) for question in asked])
        floors.append([_time_floor(known, question) for question in asked])
    for percent in (50, 99):
        report.measures.append(
            Measure(
                f"single_p{percent}",
                "ms",
                f"one address at a time in one process, {percent}th percentile of {single:,} different ones a run",
                FLOOR_IS,
                [percentile(one, percent) for one in alone],
                [percentile(one, percent) for one in floors],
            )
        )
    report.measures.append(_bulk(gazetteer, questions[:bulk], known, runs))
    report.context["answers"] = dict(sorted(answered.items()))
    report.context["uk_address_matcher"] = beside(
        entries, questions[: min(bulk, 2_000)], report.measures[1].value, report.measures[2].value
    )
    return report


def _build(scale: int, report: Report) -> tuple[list[Entry], Gazetteer]:
    """Return the premises and the gazetteer of them; how long laying it out took and the memory it holds are noted."""
    tell(f"inventing {scale:,} premises")
    entries = list(invented_entries(scale))
    postcodes = Postcodes(postcodes_of(entries))
    progress = Progress("laid out", scale)

    def watched() -> Any:
        for number, entry in enumerate(entries):
            progress(number)
            yield entry

    gc.collect()
    before, began = resident_mb(), perf_counter()
    gazetteer = Gazetteer(watched(), postcodes)
    report.context["gazetteer_build_s"] = round(perf_counter() - began, 2)
    gc.collect()
    after = resident_mb()
    if before is not None and after is not None:
        report.context["gazetteer_resident_mb"] = round(after - before, 1)
        report.context["process_resident_mb"] = round(after, 1)
        report.context["resident_is"] = (
            "the gazetteer's own share, and the whole process, which also holds the invented premises as objects"
        )
    return entries, gazetteer


def _time_one(gazetteer: Gazetteer, question: Question, answered: Counter[str]) -> float:
    """Return the milliseconds one address took, and count what came of it."""
    began = perf_counter()
    found = match(gazetteer, Written(question.query))
    taken = (perf_counter() - began) * 1000
    if found.premises_id is None:
        answered[f"{found.outcome.value}, {'exists' if question.means else 'not in the gazetteer'}"] += 1
    else:
        answered["matched right" if found.premises_id == question.means else "matched wrong"] += 1
    return taken


def _key(query: str) -> int:
    apart = take_apart(query)
    return hash((apart.words, apart.numbers))


def _known_ways(questions: Sequence[Question], scale: int) -> Known:
    known: Known = dict.fromkeys(range(scale), "")
    known.update((_key(question.query), question.means or "") for question in questions)
    return known


def _time_floor(known: Known, question: Question) -> float:
    began = perf_counter()
    known.get(_key(question.query))
    return (perf_counter() - began) * 1000


def _bulk(gazetteer: Gazetteer, questions: Sequence[Question], known: Known, runs: int) -> Measure:
    """Measure the rate of `ravi match`, as many processes as processors, starting them included."""
    written = [Written(question.query) for question in questions]
    rates, floors = [], []
    for _ in range(runs):
        began = perf_counter()
        answers = sum(1 for _ in matches(gazetteer, written))
        rates.append(answers / (perf_counter() - began))
        began = perf_counter()
        _look_up_all([question.query for question in questions], known)
        floors.append(answers / (perf_counter() - began))
    return Measure(
        "bulk",
        "addresses/s",
        f"{len(questions):,} addresses as `ravi match` does them, {os.cpu_count()} processes, starting them included",
        f"{FLOOR_IS}; in as many processes",
        rates,
        floors,
    )


def _look_up_all(queries: list[str], known: Known) -> None:
    global _known
    _known = known
    for _ in over_processes(_look_up, queries, os.cpu_count() or 1):
        pass
    _known = {}


def _look_up(query: str) -> str | None:
    return _known.get(_key(query))
