"""Read an address as people write it and say the same thing in one house style, so that two writings compare."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from services.domain.blanks import plain_blanks
from services.matching.abbreviations import CANONICAL, PARTS_OF_HOUSE, PHRASES, UNIT_WORDS

_APOSTROPHES = str.maketrans(
    {"’": "'", "‘": "'", "`": "'", "´": "'", "–": "-", "—": "-", "\xa0": " ", "#": " ", "_": " ", "*": " "}
)
_SHORTENED = re.compile(r"\b([a-z]{1,2})'([a-z]{3,})\b")
_RANGE = re.compile(r"(?<![\w/])(\d{1,4})([a-z]?)\s*(?:-|to|&|/|\band\b)\s*(\d{1,4})([a-z]?)(?![\w/])")
_LETTERED = re.compile(r"(?<!\w)(\d{1,4})\s([a-d])(?=\s+[a-z]{3})")
_PIECE = re.compile(r"#?[a-z0-9_*]+")
_NUMBER = re.compile(r"(\d{1,4})([a-z]?)")
_PHRASES = tuple((re.compile(pattern), said) for pattern, said in PHRASES)
_ANY_PHRASE = re.compile("|".join(f"(?:{pattern})" for pattern, _ in PHRASES))
_LONGEST_RUN = 40


@dataclass(frozen=True, slots=True)
class Number:
    """One house, flat or unit number as written: "12A" is 12 to 12 with letter A, "12-14" is 12 to 14."""

    low: int
    high: int
    letter: str
    unit: bool
    at: int

    def meets(self, other: "Number") -> bool:
        """Return whether both could stand on the same door."""
        if self.low > other.high or other.low > self.high:
            return False
        return not (self.letter and other.letter and self.letter != other.letter)

    def is_exactly(self, other: "Number") -> bool:
        """Return whether both are written on the same door."""
        return (self.low, self.high, self.letter) == (other.low, other.high, other.letter)


@dataclass(frozen=True, slots=True)
class Text:
    """A writing taken apart: its words in order, in the house style, and its numbers."""

    words: tuple[str, ...]
    numbers: tuple[Number, ...]


def fold(text: str) -> str:
    """Return the text in lower case without accents, apostrophes and runs of blanks.

    Policy: a crew's case and punctuation never change what an address means (docs/domain/4.1.md).
    """
    plain = text.translate(_APOSTROPHES)
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain_blanks(plain))
        plain = "".join(mark for mark in plain if not unicodedata.combining(mark))
    plain = " ".join(plain.split())
    plain = plain.casefold()
    plain = _SHORTENED.sub(_shortened, plain).replace("'", "").replace("\\", " ")
    if _ANY_PHRASE.search(plain):
        for pattern, said in _PHRASES:
            plain = pattern.sub(said, plain)
    return plain


def _shortened(found: re.Match[str]) -> str:
    """Keep "c'bury" open for its town, but close "o'neill" and "d'arcy"."""
    head, tail = found.groups()
    return head + tail if head in ("o", "d", "l") or len(tail) < 3 else f"{head}*{tail}"


@lru_cache(maxsize=200_000)
def house_style(word: str) -> tuple[str, ...]:
    """Return the word, or words, by which the product knows this one: "rds" and "road" are both "road"."""
    said = CANONICAL.get(word, word)
    if " " in said:
        return tuple(part for piece in said.split() for part in house_style(piece))
    if len(said) > 3 and said.endswith("s") and not said.endswith("ss"):
        said = CANONICAL.get(said[:-1], said[:-1])
    return (said,)


def take_apart(text: str) -> Text:
    """Return the words and numbers of a text, each number knowing whether it names a flat or unit."""
    words: list[str] = []
    numbers: list[Number] = []
    last = ""
    for piece in _PIECE.findall(_RANGE.sub(_joined, _LETTERED.sub(r"\1\2", fold(text)))):
        number = _number(piece, last if not _is_named_by_floor(words) else "", len(words))
        if number is not None:
            numbers.append(number)
        else:
            words.extend(house_style(piece))
        last = words[-1] if words and number is None else ""
    return Text(tuple(words), tuple(numbers))


def _is_named_by_floor(words: list[str]) -> bool:
    """Return whether a flat was named by its floor, as in "ground floor flat", so that the next number is a house's."""
    return len(words) > 1 and words[-2] in PARTS_OF_HOUSE


def _joined(found: re.Match[str]) -> str:
    low, first, high, second = found.groups()
    if 0 < int(low) < int(high) <= int(low) + _LONGEST_RUN:
        return f" #{int(low)}_{int(high)} "
    if low == high and first and second:
        return f" #{int(low)}_{int(high)} "
    return f" {low}{first} , {high}{second} "


def _number(piece: str, before: str, at: int) -> Number | None:
    unit = before in UNIT_WORDS
    if piece.startswith("#"):
        low, high = piece[1:].split("_")
        return Number(int(low), int(high), "", unit, at)
    if unit and len(piece) == 1 and piece.isalpha():
        return Number(0, 0, piece, True, at)
    found = _NUMBER.fullmatch(piece)
    if found is None or (len(piece) == 4 and piece.startswith("0")):
        return None
    low = found[1]
    return Number(int(low), int(low), found[2], unit, at)
