"""The towns, villages and districts that the gazetteer's own addresses name, each with where it lies."""

import math
from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

_WIDEST_M = 15_000.0
_SAMPLE = 400


@dataclass(frozen=True, slots=True)
class Place:
    """A place learnt from addresses: its middle (metres, National Grid) and the radius that holds most of it."""

    words: tuple[str, ...]
    easting: float
    northing: float
    radius_m: float
    entries: int
    districts: frozenset[str] = frozenset()

    def beyond_m(self, easting: float, northing: float) -> float:
        """Return how far outside the place a point lies; 0 inside."""
        away = math.hypot(easting - self.easting, northing - self.northing)
        return max(0.0, away - self.radius_m)


class Places:
    """Learns places while the gazetteer loads, then finds them in what people write."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, ...], array[float]] = {}
        self._counts: dict[tuple[str, ...], int] = {}
        self._districts: dict[tuple[str, ...], Counter[str]] = {}
        self._known: dict[tuple[str, ...], Place] = {}

    def learn(self, words: tuple[str, ...], easting: float, northing: float, district: str = "") -> None:
        """Note that an entry at this point says that it lies in the place of these words."""
        if not words or len(words) > 4:
            return
        count = self._counts[words] = self._counts.get(words, 0) + 1
        self._districts.setdefault(words, Counter())[district] += 1
        points = self._seen.setdefault(words, array("f"))
        if math.isfinite(easting) and (count <= _SAMPLE or count % 16 == 0):
            points.extend((easting, northing))

    def seal(self) -> None:
        """Work out where each place lies; a word spread over a whole county says nothing and is dropped."""
        for words, flat in self._seen.items():
            if not flat:
                continue
            points = np.frombuffer(flat, dtype=np.float32).reshape(-1, 2).astype(float)
            middle = np.median(points, axis=0)
            radius = float(np.percentile(np.hypot(*(points - middle).T), 85))
            if radius <= _WIDEST_M:
                self._known[words] = Place(
                    words, float(middle[0]), float(middle[1]), radius, self._counts[words], self._usual(words)
                )
        self._seen.clear()
        self._districts.clear()

    def _usual(self, words: tuple[str, ...]) -> frozenset[str]:
        """Return the postcode districts whose addresses name the place, leaving out single slips of the pen."""
        least = max(2, self._counts[words] // 50)
        return frozenset(one for one, count in self._districts[words].items() if one and count >= least)

    def get(self, words: tuple[str, ...]) -> Place | None:
        """Return the place of exactly these words."""
        return self._known.get(words)

    def all(self) -> Iterable[Place]:
        """Return every known place."""
        return self._known.values()

    def spans(self, words: tuple[str, ...], only: int = 0) -> list[tuple[int, int, Place]]:
        """Return (start, end, place) of the longest known places in a run of words, left to right."""
        found: list[tuple[int, int, Place]] = []
        at = only
        while at < len(words):
            for length in (4, 3, 2, 1):
                place = self._known.get(words[at : at + length])
                if place is not None and at + length <= len(words):
                    found.append((at, at + length, place))
                    at += length - 1
                    break
            at += 1
        return found
