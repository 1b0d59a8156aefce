"""Reading what an operator types while a caller speaks: words, numbers, half a postcode, common short forms."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

LONGEST_QUERY = 120
MOST_WORDS = 12
SHORTEST_SPELT = 3
ALIKE_FROM = 0.6
# Marks in the index: a word of one of a premises' names, and a door within a range such as 12–60.
NAME, DOOR = "name:", "door:"

# Said or written either way; "st" also begins "street", which a search by beginnings finds by itself.
SHORT_FORMS = {
    "rd": "road", "st": "street", "ave": "avenue", "ln": "lane", "ct": "court", "cl": "close", "dr": "drive",
    "pl": "place", "sq": "square", "terr": "terrace", "gdns": "gardens", "cres": "crescent", "hse": "house",
    "bldg": "building", "ind": "industrial", "est": "estate", "pk": "park", "hosp": "hospital", "sch": "school",
}  # fmt: skip
_LONG_FORMS = {long: short for short, long in SHORT_FORMS.items()}

_POSTCODE_CLOSED = re.compile(r"[a-z]{1,2}\d[a-z\d]?\d[a-z]{2}")
_POSTCODE = re.compile(r"\b([a-z]{1,2}\d[a-z\d]?)\s+(\d[a-z]{2})\b")
_POSTCODE_BEGUN = re.compile(r"\b([a-z]{1,2}\d[a-z\d]?)\s+(\d[a-z]{0,1})$")


@dataclass(frozen=True)
class Words:
    """What to look for: each word in turn; the last may be half typed."""

    words: tuple[str, ...]

    def numbers(self) -> tuple[str, ...]:
        """Return the words that are house numbers or the like."""
        return tuple(word for word in self.words if is_number(word))

    def spellable(self) -> tuple[str, ...]:
        """Return the words whose spelling may be forgiven; a number is another house, so never a number."""
        return tuple(word for word in self.words if len(word) >= SHORTEST_SPELT and word.isalpha())

    def for_index(self) -> str:
        """Return the question for the index: each word as it is, begun or in its other form, or a door in a range."""
        last = len(self.words) - 1
        return " & ".join(_asked_of_index(word, at == last) for at, word in enumerate(self.words))

    def whole(self) -> str:
        """Return the question that only whole words answer."""
        return " & ".join(_any_of(_forms(word)) for word in self.words)

    def in_name(self, *, begun: bool = False) -> str:
        """Return the question that only words of a premises' own names answer, whole or begun."""
        end = ":*" if begun else ""
        return " & ".join(_any_of([f"{NAME}{form}" for form in _forms(word)], end) for word in self.words)

    def spelt_out(self) -> str:
        """Return the words but for a postcode, short forms spelt out, as names and addresses are compared."""
        return spelt_out(" ".join(word for word in self.words if not _POSTCODE_CLOSED.fullmatch(word)))

    def ids(self) -> list[str]:
        """Return the premises id that the words may be, with and without the zeros it begins with."""
        whole = "".join(self.words)
        return [whole, whole.lstrip("0")]

    def postcodes(self) -> tuple[str, ...]:
        """Return the whole postcodes among the words, closed up."""
        return tuple(word for word in self.words if _POSTCODE_CLOSED.fullmatch(word))

    def forgiven(self, alike: Mapping[str, Sequence[str]], *, with_numbers: bool = True) -> str:
        """Return the question with every word as it is or as a word spelt much like it; empty if nothing is left.

        Without numbers it also leaves out the words that are like none we know, so that something may be found.
        """
        last, asked = len(self.words) - 1, []
        for at, word in enumerate(self.words):
            others = [other for other in alike.get(word, ()) if likeness(word, other) >= ALIKE_FROM]
            if others:
                asked.append("(" + " | ".join([f"'{word}':*", *(f"'{other}'" for other in others)]) + ")")
            elif _POSTCODE_CLOSED.fullmatch(word):
                asked.append(f"'{word[:-2]}':*")
            elif with_numbers:
                asked.append(_asked_of_index(word, at == last))
        return " & ".join(asked)


def likeness(word: str, other: str) -> float:
    """Return how alike two words are, 0 to 1; a half-typed word is like the beginning of a whole one.

    Policy: docs/interfaces.md, section 4: typing errors forgiven; letters changed places count as one error.
    """
    whole = OSA.normalized_similarity(word, other)
    return max(whole, OSA.normalized_similarity(word, other[: len(word)]) * 0.95)


def words_worth_knowing(words: Iterable[str]) -> list[str]:
    """Return the words of a premises that a slip of the keyboard may have meant.

    Policy: docs/interfaces.md, section 4; numbers and identifiers are never guessed.
    """
    return sorted({word for word in words if len(word) >= SHORTEST_SPELT and word.isalpha()})


def plain(text: str) -> str:
    """Return a text as the search knows it: small letters and figures only, no accents, one space between words.

    Policy: docs/interfaces.md, section 4: typing errors forgiven; St Aidan's and st aidans are the same.
    """
    bare = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(sign for sign in bare if not unicodedata.combining(sign))
    bare = re.sub(r"['’`]", "", bare)
    return " ".join(re.sub(r"[^a-z0-9]+", " ", bare).split())


def search_text(name: str, address: str, postcode: str, premises_id: str) -> str:
    """Return everything a record can be found by, the postcode with and without its space.

    Policy: docs/interfaces.md, section 4: address, postcode, name, premises id.
    """
    whole = plain(f"{name} {address}")
    spaced = plain(postcode)
    parts = [whole]
    if spaced and spaced not in whole:
        parts.append(spaced)
    parts += [spaced.replace(" ", ""), plain(premises_id)]
    return " ".join(part for part in parts if part)


def read_words(asked: str) -> Words:
    """Return the words of a question, a postcode among them closed up, whole or begun.

    Policy: docs/interfaces.md, section 4.
    """
    text = plain(asked[:LONGEST_QUERY])
    text = _POSTCODE.sub(r"\1\2", text)
    text = _POSTCODE_BEGUN.sub(r"\1\2", text).removeprefix("uprn ")
    return Words(tuple(text.split()[:MOST_WORDS]))


def is_number(word: str) -> bool:
    """Return whether a word is a house number, such as 12 or 12a.

    Policy: a wrong number is the wrong building, so it is never forgiven.
    """
    return bool(re.fullmatch(r"\d+[a-z]?", word))


def other_form(word: str) -> str | None:
    """Return the long or short form of a word, if it has one.

    Policy: addresses are written both ways.
    """
    return SHORT_FORMS.get(word) or _LONG_FORMS.get(word)


def spelt_out(text: str) -> str:
    """Return a plain text with every short form spelt out, so that "quay st" and "quay street" are one.

    Policy: addresses are written both ways.
    """
    return " ".join(SHORT_FORMS.get(word, word) for word in text.split())


def _forms(word: str) -> list[str]:
    other = other_form(word)
    return [word, other] if other else [word]


def _any_of(words: Sequence[str], end: str = "") -> str:
    return "(" + " | ".join(f"'{word}'{end}" for word in words) + ")"


def _asked_of_index(word: str, is_last: bool) -> str:
    if is_number(word):
        return f"('{word}'{':*' if is_last else ''} | '{DOOR}{word}')"
    if word in _LONG_FORMS:  # written whole, and among a million premises too many begin with it
        return _any_of(_forms(word))
    other = other_form(word)
    return f"('{word}':* | '{other}')" if other else f"'{word}':*"
