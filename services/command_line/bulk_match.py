"""Matching a whole file: one picture of the gazetteer, both processors, answers in the order of the file."""

import csv
import gc
import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple, TextIO, TypeVar

import numpy as np
from convertbng.cutil import convert_lonlat

from services.domain.grid_references import many_to_grid
from services.matching import Gazetteer, Written, match
from services.premises.gateways.rows import FileRefused, Rejected, Row, headers_of, rows_of
from services.premises.store.snapshots import read_snapshot

COLUMNS = (
    "query_id", "outcome", "premises_id", "precision", "score", "reason", "easting", "northing", "latitude",
    "longitude", "candidates",
)  # fmt: skip
Asked = TypeVar("Asked")
Answered = TypeVar("Answered")
WORTH_A_SECOND_PROCESS = 400
BLOCK = 100


class Answer(NamedTuple):
    """What is written of one match; small, because it travels from one process to another."""

    outcome: str
    premises_id: str
    precision: str
    score: float
    reason: str
    easting: float
    northing: float
    candidates: str


# A forked process finds the gazetteer here, without a copy of it being made or sent.
_gazetteer: Gazetteer | None = None


@dataclass
class Matched:
    """The counts of a run, and how long reading the gazetteer and matching took."""

    rows: int = 0
    premises: int = 0
    load_s: float = 0.0
    match_s: float = 0.0
    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    precisions: Counter[str] = field(default_factory=Counter)
    bad_rows: list[Rejected] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        """Addresses matched in a second, without reading the gazetteer."""
        return self.rows / self.match_s if self.match_s else 0.0

    def as_json(self) -> dict[str, Any]:
        """Return the counts for a machine."""
        return {
            "addresses": self.rows,
            **{outcome: self.outcomes[outcome] for outcome in ("matched", "review", "unmatched")},
            "reasons": dict(self.reasons.most_common()),
            "precisions": dict(self.precisions.most_common()),
            "premises": self.premises,
            "load_seconds": round(self.load_s, 3),
            "seconds": round(self.match_s, 3),
            "addresses_per_second": round(self.per_second, 1),
            "bad_rows": len(self.bad_rows),
            "bad_row_reasons": [{"line": row.line, "field": row.field, "why": row.why} for row in self.bad_rows[:1000]],
        }


def match_file(address: str, file: Path, output: Path, tell: Callable[[int, int | None], None]) -> Matched:
    """Match each row of a CSV and write the answers; a row with a fault is answered as far as it can be.

    Raises `FileRefused` for a file without the columns query_id and query, and for an output that cannot be one.
    """
    matched = Matched()
    _look_at_output(file, output)
    ids, questions = _read(file, matched)
    began = monotonic()
    gazetteer = read_snapshot(address).gazetteer
    if not len(gazetteer):
        raise ValueError("no premises are loaded: run `ravi gazetteer load` first")
    matched.rows, matched.premises, matched.load_s = len(ids), len(gazetteer), monotonic() - began
    began = monotonic()
    answers = []
    for done, answer in enumerate(matches(gazetteer, questions), start=1):
        answers.append(answer)
        if done % BLOCK == 0:
            tell(done, len(questions))
    matched.match_s = monotonic() - began
    _write(output, ids, answers, matched)
    return matched


def matches(gazetteer: Gazetteer, questions: list[Written]) -> Iterator[Answer]:
    """Return the answer to each question in order, worked out by as many processes as there are processors."""
    global _gazetteer
    workers = min(os.cpu_count() or 1, len(questions) // WORTH_A_SECOND_PROCESS)
    _gazetteer = gazetteer
    try:
        if workers < 2:
            yield from map(_answer, questions)
            return
        yield from over_processes(_answer, questions, workers)
    finally:
        _gazetteer = None


def over_processes(work: Callable[[Asked], Answered], items: list[Asked], workers: int) -> Iterator[Answered]:
    """Return the result for each item in order, from forked processes that find what the parent holds where it is.

    Raises `ChildProcessError` where one of them was ended from outside, as a machine does that has run out of memory.
    """
    gc.freeze()  # what is there before the fork is not touched by the collector, so that it stays shared
    context = multiprocessing.get_context("fork")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_heed_signals_again)
    try:
        yield from pool.map(work, items, chunksize=BLOCK)
    except BrokenProcessPool:
        raise ChildProcessError("a process that was at work was ended from outside; has the memory run out?") from None
    finally:
        pool.shutdown(cancel_futures=True)
        gc.unfreeze()


def _heed_signals_again() -> None:
    """Take back whatever the parent does on a signal: a worker must end when it is told to."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _answer(question: Written) -> Answer:
    assert _gazetteer is not None
    found = match(_gazetteer, question, explained=False)
    return Answer(
        found.outcome.value,
        found.premises_id or "",
        found.precision.value,
        found.score,
        found.reason.value,
        _or_nan(found.easting),
        _or_nan(found.northing),
        "|".join(one.premises_id for one in found.candidates),
    )


def _read(file: Path, matched: Matched) -> tuple[list[str], list[Written]]:
    if not file.is_file():
        raise FileRefused(str(file), "there is no such file")
    header = {name.casefold() for name in headers_of(file)}
    missing = {"query_id", "query"} - header
    if not header:
        raise FileRefused(file.name, "the file is empty")
    if missing:
        raise FileRefused(file.name, f"missing columns: {', '.join(sorted(missing))}")
    ids, queries, degrees, lines = [], [], [], []
    seen: set[str] = set()
    for found in rows_of(file):
        if isinstance(found, Rejected):
            matched.bad_rows.append(found)
            continue
        line, row = found
        matched.bad_rows += _faults_of(row, line, seen)
        seen.add(row.get("query_id", ""))
        ids.append(row.get("query_id", ""))
        queries.append(row.get("query", ""))
        degrees.append(_degrees(row.get("latitude", ""), row.get("longitude", ""), line, matched))
        lines.append(line)
    fixes = many_to_grid([longitude for _, longitude in degrees], [latitude for latitude, _ in degrees])
    questions = []
    for query, (easting, northing), given, line in zip(queries, fixes.tolist(), degrees, lines, strict=True):
        known = bool(np.isfinite(easting))
        if not known and np.isfinite(given[0]):
            matched.bad_rows.append(Rejected(line, "latitude", "outside Great Britain: matched without it"))
        questions.append(Written(query, fix=(easting, northing) if known else None))
    return ids, questions


def _faults_of(row: Row, line: int, seen: set[str]) -> list[Rejected]:
    """Return what is wrong with the id and the address of a row, which is answered all the same."""
    faults, one = [], row.get("query_id", "")
    if not one:
        faults.append(Rejected(line, "query_id", "empty"))
    elif one in seen:
        faults.append(Rejected(line, "query_id", f"comes more than once: {one[:40]!r}"))
    if not row.get("query"):
        faults.append(Rejected(line, "query", "empty"))
    return faults


def _look_at_output(file: Path, output: Path) -> None:
    """Refuse an output that could not be written, before anything is matched."""
    if output.is_dir() or not output.absolute().parent.is_dir():
        raise FileRefused(str(output), "not a file in a folder that is there")
    if output.exists() and output.samefile(file):
        raise FileRefused(str(output), "the answers would take the place of the questions: name another file")


@contextmanager
def whole_file(path: Path) -> Iterator[TextIO]:
    """Give a file to write to that takes its place only when it is whole: broken off, it leaves no half of it."""
    if path.exists() and not path.is_file():  # a pipe or a terminal
        with path.open("w", encoding="utf-8", newline="") as file:
            yield file
        return
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _degrees(latitude: str, longitude: str, line: int, matched: Matched) -> tuple[float, float]:
    """Return the fix of a row, nan where there is none or it is not a number."""
    nowhere = (float("nan"), float("nan"))
    if not latitude and not longitude:
        return nowhere
    try:
        return float(latitude), float(longitude)
    except ValueError:
        matched.bad_rows.append(Rejected(line, "latitude", "not a pair of numbers: matched without it"))
        return nowhere


def _write(output: Path, ids: Iterable[str], answers: list[Answer], matched: Matched) -> None:
    metres = np.array([(one.easting, one.northing) for one in answers], dtype=np.float64).reshape(-1, 2)
    degrees = np.full_like(metres, np.nan)
    known = np.isfinite(metres).all(axis=1)
    if known.any():
        degrees[known] = np.column_stack(convert_lonlat(metres[known, 0], metres[known, 1]))
    matched.outcomes.update(one.outcome for one in answers)
    matched.reasons.update(one.reason for one in answers)
    matched.precisions.update(one.precision for one in answers)
    with whole_file(output) as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for one, answer, (longitude, latitude) in zip(ids, answers, degrees.tolist(), strict=True):
            writer.writerow(
                [
                    one,
                    answer.outcome,
                    answer.premises_id,
                    answer.precision,
                    f"{answer.score:.4f}",
                    answer.reason,
                    _said(answer.easting, 2),
                    _said(answer.northing, 2),
                    _said(latitude, 7),
                    _said(longitude, 7),
                    answer.candidates,
                ]
            )


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else value


def _said(value: float, places: int) -> str:
    return f"{value:.{places}f}" if np.isfinite(value) else ""
