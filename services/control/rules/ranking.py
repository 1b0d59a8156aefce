"""Which of the records found is meant: all words found first, a forgiven spelling after, a wrong number last."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from services.control.rules.search_words import ALIKE_FROM, Words, is_number, likeness, other_form, plain

EXACT, BEGUN, WITHIN_RANGE = 1.0, 0.9, 0.85
SIMILAR_FROM = 0.55
# Beside records that answer every word, so few that may be a slip of the tongue.
SIMILAR_BESIDE_EXACT = 4
_RANGE = re.compile(r"\b(\d+)\s*[-–—/]\s*(\d+)\b")


@dataclass(frozen=True)
class Found:
    """A record as the search knows it."""

    premises_id: str
    name: str
    address: str
    search_text: str
    level: int | None


@dataclass(frozen=True)
class Ranked:
    """A record with how well it answers: `exact` when every word asked for is in it."""

    found: Found
    score: float
    exact: bool


def rank(asked: Words, found: Iterable[Found], limit: int) -> list[Ranked]:
    """Return the records that answer a question, best first; among equals the higher level, then the house number.

    Policy: docs/interfaces.md, section 4. A record whose house number differs is only ever offered as similar.
    """
    scored = [_ranked(asked, each) for each in found]
    kept = [each for each in scored if each.exact or each.score >= SIMILAR_FROM]
    kept.sort(key=lambda each: (not each.exact, -round(each.score, 2), -(each.found.level or 0), _natural(each.found)))
    exact = sum(each.exact for each in kept)
    return kept[: min(limit, exact + SIMILAR_BESIDE_EXACT) if exact else limit]


def _ranked(asked: Words, found: Found) -> Ranked:
    words = found.search_text.split()
    ranges = _ranges(found)
    last = len(asked.words) - 1
    scores = [_best(word, words, ranges, half_typed=at == last) for at, word in enumerate(asked.words)]
    exact = bool(scores) and min(scores) >= BEGUN
    score = sum(scores) / len(scores) if scores else 0.0
    if words and asked.words and _best(words[0], list(asked.words[:1]), (), half_typed=True) == EXACT:
        score += 0.02  # What begins as the question begins is what was meant.
    return Ranked(found, score, exact)


def _best(word: str, words: list[str], ranges: tuple[tuple[int, int], ...], *, half_typed: bool) -> float:
    """Return how well the best of the words answers one word asked for, 0 to 1."""
    if word in words or (other_form(word) or "") in words:
        return EXACT
    begun = any(other.startswith(word) for other in words)
    if is_number(word):
        number = int(re.sub(r"\D", "", word))
        if any(low <= number <= high for low, high in ranges):
            return WITHIN_RANGE
        return BEGUN if half_typed and begun else 0.0
    if begun:
        return BEGUN
    alike = max((likeness(word, other) for other in words if not is_number(other)), default=0.0)
    return alike * 0.85 if alike >= ALIKE_FROM else 0.0


def _ranges(found: Found) -> tuple[tuple[int, int], ...]:
    """Return the ranges of house numbers a record spans, such as 12 to 60 of "12–60 King Street"."""
    pairs = _RANGE.findall(f"{found.name} {found.address}")
    return tuple((int(low), int(high)) for low, high in pairs if int(low) < int(high))


def _natural(found: Found) -> tuple[tuple[int, int, str], ...]:
    """Return a key that puts 2 before 10."""
    parts = re.findall(r"\d+|[a-z]+", plain(found.address))
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts)
