"""Which part of a gazetteer entry is its name, its building, its street and its locality."""

import re
from dataclasses import dataclass

from services.matching.abbreviations import HOUSE_TYPES, KINDS, LOOSE_TYPES, STREET_TYPES, UNIT_WORDS
from services.matching.normalise import Number, Text, take_apart
from services.matching.postcodes import tidy_postcode

NAME, BUILDING, STREET, LOCALITY = 0, 1, 2, 3
REGISTER_WIDTH = 33
_NO_STREET = -1


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an entry: its words with the role of each, its numbers, and whether the register cut it."""

    words: tuple[str, ...]
    roles: tuple[int, ...]
    numbers: tuple[Number, ...]
    cut: bool


def parts_of(name: str, address: str, postcode: str) -> list[Part]:
    """Return the parts of an entry in the order written: the name, then the address up to its locality.

    Policy: docs/matching.md. The street is the first part that ends like a street or carries a house number
    before words; what stands before it is the building, what stands after it the locality.
    """
    texts = [piece.strip() for piece in re.split(r"[,;\n]", address) if piece.strip()]
    texts = [piece for piece in texts if tidy_postcode(piece) is None and piece.upper() != postcode.upper()]
    apart = [take_apart(piece) for piece in texts]
    buildings, street = _street_at(apart)
    parts = [_part(name, take_apart(name), NAME)]
    for at, (piece, text) in enumerate(zip(texts, apart, strict=True)):
        if at == street:
            parts.append(_street_part(piece, text, with_tail=at == len(texts) - 1))
        else:
            parts.append(_part(piece, text, BUILDING if at < buildings else LOCALITY))
    return parts


def _part(written: str, text: Text, role: int) -> Part:
    return Part(text.words, (role,) * len(text.words), text.numbers, len(written) >= REGISTER_WIDTH)


def _street_part(written: str, text: Text, with_tail: bool) -> Part:
    """Return the street part; in a one-line address what follows the street's last word is the locality."""
    ends = [at for at, word in enumerate(text.words) if word in STREET_TYPES and at > 0]
    end = ends[-1] if ends and with_tail else len(text.words) - 1
    starts = [number.at for number in text.numbers if 0 < number.at <= end]
    start = starts[-1] if starts else 0
    roles = tuple(BUILDING if at < start else STREET if at <= end else LOCALITY for at in range(len(text.words)))
    return Part(text.words, roles, text.numbers, len(written) >= REGISTER_WIDTH)


def _is_premises(text: Text) -> bool:
    """Return whether words begin with a unit or end like a kind of premises, so that they are no street."""
    return bool(text.words) and (text.words[0] in UNIT_WORDS or text.words[-1] in KINDS)


def _street_at(apart: list[Text]) -> tuple[int, int]:
    """Return how many parts are the building, and which part is the street.

    Where none looks like a street it is the first, or the one after a school, a unit or the like. A part that
    ends like a kind of premises ("Barton Court School") is a building, whatever its other words; so is a
    "court" or a "place" before a street.
    """
    numbered = [
        at
        for at, text in enumerate(apart)
        if text.words and any(not number.unit and number.at < len(text.words) for number in text.numbers)
    ]
    ending = [at for at, text in enumerate(apart) if len(text.words) > 1 and text.words[-1] in STREET_TYPES]
    loose = [at for at, text in enumerate(apart) if len(text.words) > 1 and text.words[-1] in LOOSE_TYPES]
    within = [
        at for at, text in enumerate(apart) if any(w in STREET_TYPES for w in text.words[1:]) and not _is_premises(text)
    ]
    both = [at for at in ending if at in numbered]
    if len(ending) > 1 and apart[ending[0]].words[-1] in HOUSE_TYPES and not apart[ending[0]].numbers:
        ending = ending[1:]
    for choice in (both, ending, numbered, within, loose):
        if choice:
            return choice[0], choice[0]
    if len(apart) > 1 and _is_premises(apart[0]):
        return 1, 1 if len(apart) > 2 else _NO_STREET
    first = 1 if len(apart) > 1 and not apart[0].words else 0
    return first, first
