"""Postcodes: which ones there are, where each lies, and which one a mistyped one may have been."""

import re
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

_ALPHABET = " 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_PLACE = {letter: at for at, letter in enumerate(_ALPHABET)}
_FULL = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})")
_TIDY = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}", re.ASCII)
_WIDTH = 7

Point = tuple[float, float]


def tidy_postcode(text: str) -> str | None:
    """Return the postcode as "ME14 5FT", or None where the text is not shaped like one.

    Policy: docs/domain/4.1.md, field `address`.
    """
    if _TIDY.fullmatch(text):
        return text
    found = _FULL.fullmatch(re.sub(r"[^A-Z0-9]", "", text.upper()))
    return f"{found[1]} {found[2]}" if found else None


def _coded(outward: str, inward: str, filler: str = " ") -> int:
    """Return a number whose order is the order of postcodes, so that a district is one run of them."""
    value = 0
    for letter in outward.ljust(4) + inward.ljust(3, filler):
        value = value * len(_ALPHABET) + _PLACE[letter]
    return value


class Postcodes:
    """The known postcodes with a point each, kept as sorted numbers so that the whole country fits."""

    def __init__(self, rows: Iterable[tuple[str, float, float]] = ()) -> None:
        coded: dict[int, Point] = {}
        for postcode, easting, northing in rows:
            tidy = tidy_postcode(postcode)
            if tidy:
                coded[_coded(*tidy.split(" "))] = (easting, northing)
        ordered = sorted(coded)
        self._codes: npt.NDArray[np.int64] = np.array(ordered, dtype=np.int64)
        self._points: npt.NDArray[np.float32] = np.array([coded[code] for code in ordered], dtype=np.float32).reshape(
            -1, 2
        )
        self._areas = frozenset(_area(int(code)) for code in self._codes)

    def __len__(self) -> int:
        return len(self._codes)

    @property
    def areas(self) -> frozenset[str]:
        """The letters with which a known postcode begins, such as ME and TN."""
        return self._areas

    def knows(self, postcode: str) -> bool:
        """Return whether this tidy postcode is known."""
        return self.point(postcode) is not None

    def point(self, postcode: str) -> Point | None:
        """Return the point of a tidy postcode, in metres of the National Grid."""
        outward, _, inward = postcode.partition(" ")
        code = _coded(outward, inward)
        at = int(np.searchsorted(self._codes, code))
        if at < len(self._codes) and self._codes[at] == code:
            return float(self._points[at, 0]), float(self._points[at, 1])
        return None

    def around(self, beginning: str) -> tuple[Point, float] | None:
        """Return the middle of a district or sector ("ME14", "ME14 5") and the distance that holds most of it."""
        outward, _, inward = beginning.partition(" ")
        first = np.searchsorted(self._codes, _coded(outward, inward))
        last = np.searchsorted(self._codes, _coded(outward, inward, "Z"), side="right")
        if first >= last:
            return None
        points = self._points[first:last]
        middle = np.median(points, axis=0)
        spread = np.percentile(np.hypot(*(points - middle).T), 90)
        return (float(middle[0]), float(middle[1])), float(spread)

    def one_slip_away(self, written: str) -> tuple[str, ...]:
        """Return the known postcodes that differ from this writing by one slip of the keyboard."""
        near = {code for code in map(_code_of, _slips(written)) if code is not None}
        if not near or not len(self._codes):
            return ()
        wanted = np.fromiter(near, dtype=np.int64)
        at = np.minimum(np.searchsorted(self._codes, wanted), len(self._codes) - 1)
        return tuple(sorted(_spelt(int(code)) for code in wanted[self._codes[at] == wanted]))


def _slips(written: str) -> Iterable[str]:
    letters = _ALPHABET[1:]
    for at in range(len(written) + 1):
        head, tail = written[:at], written[at:]
        for letter in letters:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]


def _code_of(text: str) -> int | None:
    found = _FULL.fullmatch(text)
    return _coded(found[1], found[2]) if found else None


def _spelt(code: int) -> str:
    letters = []
    for _ in range(_WIDTH):
        code, at = divmod(code, len(_ALPHABET))
        letters.append(_ALPHABET[at])
    text = "".join(reversed(letters))
    return f"{text[:4].strip()} {text[4:]}"


def _area(code: int) -> str:
    return re.sub(r"\d.*", "", _spelt(code))


_AS_DIGIT = str.maketrans("OILSZBGQ", "01152860")
_AS_LETTER = str.maketrans("01258", "OIZSB")


def misread(written: str) -> str | None:
    """Return the postcode that a writing without blanks is once its look-alike letters and digits change places.

    Policy: docs/matching.md; "DAI3OTD" is DA13 0TD. None where it has not a postcode's shape even so.
    """
    outward, inward = written[:-3], written[-3:]
    inward = inward[:1].translate(_AS_DIGIT) + inward[1:].translate(_AS_LETTER)
    for letters in (2, 1):
        read = outward[:letters].translate(_AS_LETTER) + outward[letters:].translate(_AS_DIGIT)
        if _FULL.fullmatch(read + inward):
            return f"{read} {inward}"
    return None
