"""Propose the few entries that a written address could mean, without looking at every entry."""

import numpy as np
import numpy.typing as npt

from services.matching.index import Index, Rows
from services.matching.question import Question
from services.matching.segment import Segment
from services.matching.spelling import Meaning

Points = npt.NDArray[np.float64]
MOST_ROWS = 4_000
SHORTLIST = 14
MOST_OF_ONE_PARENT = 4
_RARE = 200
_DEEPER = 20
_UNNUMBERED = 2.0


def propose(question: Question, segment: Segment, limit: int = SHORTLIST) -> list[int]:
    """Return the rows most worth a close look, best first.

    Policy: docs/matching.md: rare words first; common words only confirm, or are looked up two together.
    """
    index = segment.index
    terms = sorted(((_size(term, index), term) for term in question.terms), key=lambda pair: pair[0])
    taken: list[tuple[Rows, Points]] = []
    room = MOST_ROWS
    common: list[tuple[Meaning, ...]] = []
    for size, term in terms:
        if size <= room:
            room -= size
            taken.extend((index.carrying(one), np.full(index.counts[one], points)) for one, points in term)
        else:
            common.append(term)
    if len(common) > 1:
        taken.extend(_together(common, index, 1 if _telling(terms) else 3))
    elif common and not taken:
        rows = index.carrying(common[0][0][0])[:MOST_ROWS]
        return [int(row) for row in rows[:limit]]
    if not taken:
        return []
    every = np.concatenate([rows for rows, _ in taken])
    rows, inverse = np.unique(every, return_inverse=True)
    weights = np.concatenate([worth for _, worth in taken])
    points: Points = np.bincount(inverse, weights=weights).astype(np.float64)
    for term in common:
        for one, worth in term[:2]:
            points += worth * index.carries(one, rows).astype(np.float64)
    points -= 0.15 * np.sqrt((index.starts[rows + 1] - index.starts[rows]).astype(np.float64))
    if segment.only_numbers is not None and not question.reading.numbers:
        points -= _UNNUMBERED * segment.only_numbers[rows]
    if segment.families is None:
        return [int(row) for row in rows[_top(points, limit)]]
    return _spread(rows[_top(points, limit * _DEEPER)], segment.families, limit)


def _top(points: Points, limit: int) -> npt.NDArray[np.int64]:
    if len(points) <= limit:
        return np.argsort(-points, kind="stable")
    part = np.argpartition(-points, limit - 1)[:limit]
    return part[np.argsort(-points[part], kind="stable")]


def _spread(rows: Rows, families: npt.NDArray[np.int64], limit: int) -> list[int]:
    """Return the best rows, of which no more than a few are units of one building, so that none crowds out others."""
    seen: dict[int, int] = {}
    spread: list[int] = []
    for row, family in zip(rows.tolist(), families[rows].tolist(), strict=True):
        seen[family] = seen.get(family, 0) + 1
        if seen[family] <= MOST_OF_ONE_PARENT:
            spread.append(row)
            if len(spread) == limit:
                break
    return spread


def _size(term: tuple[Meaning, ...], index: Index) -> int:
    return int(sum(index.counts[one] for one, _ in term))


def _telling(terms: list[tuple[int, tuple[Meaning, ...]]]) -> bool:
    """Return whether two of the terms are so rare that common ones need not be looked up together."""
    return sum(0 < size <= _RARE for size, _ in terms) > 1


def _together(common: list[tuple[Meaning, ...]], index: Index, pairs: int) -> list[tuple[Rows, Points]]:
    """Return the rows that carry the rarest of the common terms together with each other one, up to a limit."""
    first = index.carrying(common[0][0][0])
    found = []
    for other in common[1 : 1 + pairs]:
        both = first[index.carries(other[0][0], first)]
        if len(both) > MOST_ROWS and len(common) > 2:
            for third in common[1:]:
                if third is not other:
                    both = both[index.carries(third[0][0], both)]
                if len(both) <= MOST_ROWS:
                    break
        found.append((both[:MOST_ROWS], np.zeros(min(len(both), MOST_ROWS))))
    return found
