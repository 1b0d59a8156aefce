"""The gazetteer laid out for finding: every word, number and postcode with the entries that carry it."""

import math
from array import array
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from services.matching.abbreviations import GENERIC_WORDS, KINDS, STOP_WORDS, STREET_TYPES, UNIT_WORDS
from services.matching.gazetteer_parts import LOCALITY, NAME, Part
from services.matching.normalise import Number

Rows = npt.NDArray[np.int32]
STOP, GENERIC, KIND, UNIT, CODE = 1, 2, 4, 8, 16
_LONGEST_INDEXED_RUN = 12
_COMMON, _MOST_MASKS = 4_000, 64
_USUAL_ENTRIES, _USUAL_STREET, _USUAL_NAME = 1_000, 40, 10


class Index:
    """Words of all entries as numbers, and for each the entries that carry it, in sorted arrays.

    `words_of(row)` gives (word id, role) pairs; `carrying(id)` the rows; `marks[id]` what is known of a word whatever
    entry carries it (STOP, GENERIC and so on, added up). About 250 bytes an entry.
    """

    def __init__(self) -> None:
        self.vocabulary: dict[str, int] = {}
        self.spelt: list[str] = []
        self._words = array("i")
        self._roles = array("B")
        self._starts = array("q", [0])
        self._keys = array("i")
        self._key_starts = array("q", [0])
        self._numbers = array("h")
        self._number_starts = array("q", [0])
        self._locality_counts: dict[int, int] = {}
        self._masks: dict[int, npt.NDArray[np.bool_]] = {}

    def __len__(self) -> int:
        return len(self._starts) - 1

    def identifier(self, word: str) -> int:
        """Return the id of a word, giving it one if it is new."""
        found = self.vocabulary.get(word)
        if found is None:
            found = self.vocabulary[word] = len(self.spelt)
            self.spelt.append(word)
        return found

    def add(self, parts: Sequence[Part], keys: Iterable[str]) -> None:
        """Add the next entry: its parts, and further keys (postcodes) by which it can be found."""
        for at, part in enumerate(parts):
            for word, role in zip(part.words, part.roles, strict=True):
                known = self.identifier(word)
                self._words.append(known)
                self._roles.append(role | (at << 3))
                if role == LOCALITY:
                    self._locality_counts[known] = self._locality_counts.get(known, 0) + 1
            for number in part.numbers:
                role = NAME if at == 0 else 1
                self._numbers.extend((number.low, number.high, ord(number.letter or "\0"), int(number.unit), role))
        for key in keys:
            self._keys.append(self.identifier(key))
        for key in number_keys(number for part in parts for number in part.numbers):
            self._keys.append(self.identifier(key))
        self._starts.append(len(self._words))
        self._key_starts.append(len(self._keys))
        self._number_starts.append(len(self._numbers))

    def seal(self) -> None:
        """Turn what was added into sorted arrays; call once, after the last entry."""
        self.words = np.frombuffer(self._words, dtype=np.int32) if len(self._words) else np.zeros(0, np.int32)
        self.roles = np.frombuffer(self._roles, dtype=np.uint8) if len(self._roles) else np.zeros(0, np.uint8)
        self.starts = np.frombuffer(self._starts, dtype=np.int64)
        self._post()
        usual = np.array([_usual(word) for word in self.spelt], dtype=np.float64)
        rarity = np.log((len(self) + _USUAL_ENTRIES) / np.maximum(self.counts + usual, 1.0))
        self.weight: list[float] = rarity.clip(0.2, 9.0).astype(float).tolist()
        self.marks = bytes(map(_mark, self.spelt))
        self.locality_words = frozenset(self._locality_counts)

    def _post(self) -> None:
        keys = np.frombuffer(self._keys, dtype=np.int32) if len(self._keys) else np.zeros(0, np.int32)
        key_starts = np.frombuffer(self._key_starts, dtype=np.int64)
        rows = np.concatenate(
            [
                np.repeat(np.arange(len(self), dtype=np.int32), self.starts[1:] - self.starts[:-1]),
                np.repeat(np.arange(len(self), dtype=np.int32), key_starts[1:] - key_starts[:-1]),
            ]
        )
        pairs = np.concatenate([self.words, keys]).astype(np.int64) << 32 | rows
        pairs = np.unique(pairs)
        self._rows: Rows = (pairs & 0xFFFFFFFF).astype(np.int32)
        owners = pairs >> 32
        self._offsets = np.searchsorted(owners, np.arange(len(self.spelt) + 1))
        self.counts = np.diff(self._offsets)

    def carrying(self, word: int) -> Rows:
        """Return the rows, ascending, that carry this word, number or postcode."""
        return self._rows[self._offsets[word] : self._offsets[word + 1]]

    def carries(self, word: int, rows: Rows) -> npt.NDArray[np.bool_]:
        """Return for each of some rows, ascending, whether it carries this word.

        For a common word a mask over all rows is made once and kept, a byte a row; at most 64 are kept.
        """
        carrying = self.carrying(word)
        if not len(carrying):
            return np.zeros(len(rows), dtype=np.bool_)
        if len(carrying) < _COMMON:
            at = np.minimum(np.searchsorted(carrying, rows), len(carrying) - 1)
            return np.asarray(carrying[at] == rows)
        mask = self._masks.get(word)
        if mask is None:
            if len(self._masks) >= _MOST_MASKS:
                self._masks.clear()
            mask = np.zeros(len(self), dtype=np.bool_)
            mask[carrying] = True
            self._masks[word] = mask
        return np.asarray(mask[rows])

    def words_of(self, row: int) -> tuple[list[int], list[int]]:
        """Return the word ids of a row and, for each, role + 8 × part."""
        first, last = self._starts[row], self._starts[row + 1]
        return self._words[first:last].tolist(), self._roles[first:last].tolist()

    def numbers_of(self, row: int) -> list[tuple[Number, bool]]:
        """Return the numbers of a row, each with whether it belongs to the name."""
        first, last = self._number_starts[row], self._number_starts[row + 1]
        flat = self._numbers[first:last]
        return [(_door(*flat[i : i + 4]), flat[i + 4] == NAME) for i in range(0, len(flat), 5)]

    def rarity(self, word: int) -> float:
        """Return how much it says that an entry carries this word: natural log of one in how many."""
        return self.weight[word] if word < len(self.weight) else math.log(len(self) + 1)


@lru_cache(maxsize=20_000)
def _door(low: int, high: int, letter: int, unit: int) -> Number:
    """Return a number as kept; few are different, so each is made once."""
    return Number(low, high, chr(letter).strip("\0"), bool(unit), 0)


def _mark(word: str) -> int:
    return (
        STOP * (word in STOP_WORDS)
        | GENERIC * (word in GENERIC_WORDS)
        | KIND * (word in KINDS)
        | UNIT * (word in UNIT_WORDS)
        | CODE * is_code(word)
    )


def is_code(word: str) -> bool:
    """Return whether a word is the code of a unit, such as "l056"; "1st" and "2nd" are not."""
    return not word.isalpha() and not word.isdigit() and word.isalnum() and word[-2:] not in _ORDINALS


_ORDINALS = ("st", "nd", "rd", "th")


def _usual(word: str) -> int:
    """Return how often a word stands in a thousand ordinary entries, so that a small gazetteer weighs alike."""
    return _USUAL_STREET if word in STREET_TYPES else _USUAL_NAME if word in GENERIC_WORDS else 0


def number_keys(numbers: Iterable[Number]) -> set[str]:
    """Return the keys under which a number is found: every door of a run, and "12a" under 12 as well."""
    keys: set[str] = set()
    for number in numbers:
        if number.low == number.high == 0:
            continue
        last = min(number.high, number.low + _LONGEST_INDEXED_RUN)
        keys.update(f"#{door}" for door in (*range(number.low, last + 1), number.high))
    return keys
