"""One block of the gazetteer in memory: the entries' text in one buffer, and the index to find them by."""

import math
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from services.matching.abbreviations import STOP_WORDS
from services.matching.gazetteer_parts import BUILDING, LOCALITY, parts_of
from services.matching.index import Index
from services.matching.places import Places
from services.matching.postcodes import Postcodes, tidy_postcode
from services.matching.spelling import Spelling

_GAP = "\x1f"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the gazetteer. Coordinates in metres (EPSG:27700), None where the source has none.

    `logical_status` as in AddressBase: 1 approved, 3 alternative, 6 provisional, 8 historical.
    """

    premises_id: str
    name: str
    address: str
    postcode: str
    easting: float | None
    northing: float | None
    parent_id: str | None = None
    classification: str | None = None
    logical_status: int = 1
    source: str = ""
    alias: str = ""


class Segment:
    """Entries laid out for matching: about 500 bytes each, so that a million fit on a modest server."""

    def __init__(self, entries: Iterable[Entry], postcodes: Postcodes, main: "Segment | None" = None) -> None:
        self.index = Index()
        self.places: Places = main.places if main else Places()
        self._buffer = bytearray()
        self._text_at = array("q", [0])
        self._east, self._north = array("f"), array("f")
        self._name_keys = array("q")
        self._only_numbers = array("B")
        hashes = array("q")
        families = array("q")
        self._parents: set[int] = set()
        for entry in entries:
            self._keep(entry, postcodes, learn=main is None)
            hashes.append(hash(entry.premises_id))
            families.append(hash(entry.parent_id or entry.premises_id))
            if entry.parent_id:
                self._parents.add(hash(entry.parent_id))
        self.index.seal()
        if main is None:
            self.places.seal()
        else:
            lent = main.index
            self.index.weight = [lent.rarity(lent.vocabulary.get(word, len(lent.weight))) for word in self.index.spelt]
        self.spelling = Spelling(self.index.vocabulary, self.index.counts.tolist(), self.index.locality_words)
        self._hashes = np.array(hashes, dtype=np.int64)
        self.families = np.array(families, dtype=np.int64) if self._parents else None
        self._by_hash = np.argsort(self._hashes, kind="stable")
        self._hashes = self._hashes[self._by_hash]
        self.points = np.column_stack([np.array(self._east, dtype=np.float64), np.array(self._north, dtype=np.float64)])
        _, which, counts = np.unique(np.array(self._name_keys, dtype=np.int64), return_inverse=True, return_counts=True)
        self._namesakes = np.minimum(counts[which], 60_000).astype(np.uint16) if len(which) else counts
        self.only_numbers = np.frombuffer(self._only_numbers, dtype=np.bool_) if len(self._only_numbers) else None
        del self._name_keys

    def __len__(self) -> int:
        return len(self.index)

    def _keep(self, entry: Entry, postcodes: Postcodes, learn: bool) -> None:
        parts = parts_of(entry.name, entry.address, entry.postcode)
        tidy = tidy_postcode(entry.postcode)
        keys = [f"@{tidy}", f"@{tidy.split(' ')[0]}"] if tidy else []
        self.index.add(parts, keys)
        easting, northing = _point_of(entry, tidy, postcodes)
        self._east.append(easting)
        self._north.append(northing)
        self._name_keys.append(hash(_name_key(parts[0].words)) if parts[0].words else -len(self._name_keys))
        named = any(role <= BUILDING for part in parts for role in part.roles)
        self._only_numbers.append(not named and any(part.numbers for part in parts))
        if learn:
            for part in parts[1:]:
                words = tuple(w for w, role in zip(part.words, part.roles, strict=True) if role == LOCALITY)
                if words and not part.numbers:
                    self.places.learn(words, easting, northing, tidy.split(" ")[0] if tidy else "")
        fields = (
            entry.premises_id,
            entry.name,
            entry.address,
            entry.postcode,
            "" if entry.easting is None else repr(entry.easting),
            "" if entry.northing is None else repr(entry.northing),
            entry.parent_id or "",
            entry.classification or "",
            str(entry.logical_status),
            entry.source,
            entry.alias,
        )
        self._buffer += _GAP.join(field.replace(_GAP, " ") for field in fields).encode()
        self._text_at.append(len(self._buffer))

    def entry(self, row: int) -> Entry:
        """Return the entry at a row."""
        text = self._buffer[self._text_at[row] : self._text_at[row + 1]].decode()
        one, name, address, postcode, east, north, parent, kind, status, source, alias = text.split(_GAP)
        return Entry(
            one,
            name,
            address,
            postcode,
            float(east) if east else None,
            float(north) if north else None,
            parent or None,
            kind or None,
            int(status),
            source,
            alias,
        )

    def entries(self) -> Iterator[Entry]:
        """Return all entries in the order loaded."""
        return (self.entry(row) for row in range(len(self)))

    def row_of(self, premises_id: str) -> int | None:
        """Return the last row with this id, or None."""
        code = hash(premises_id)
        first = np.searchsorted(self._hashes, code)
        last = np.searchsorted(self._hashes, code, side="right")
        for at in range(int(last) - 1, int(first) - 1, -1):
            row = int(self._by_hash[at])
            found = self.entry(row)
            if found.premises_id == premises_id and not found.alias:
                return row
        return None

    def namesakes(self, row: int) -> int:
        """Return how many entries carry the same name: many for a chain, one for most and for those without a name."""
        return int(self._namesakes[row])

    def has_units(self, premises_id: str) -> bool:
        """Return whether other entries name this one as their parent building."""
        return hash(premises_id) in self._parents


def _name_key(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in STOP_WORDS)


def _point_of(entry: Entry, tidy: str | None, postcodes: Postcodes) -> tuple[float, float]:
    if entry.easting is not None and entry.northing is not None:
        return entry.easting, entry.northing
    point = postcodes.point(tidy) if tidy else None
    return point if point is not None else (math.nan, math.nan)
