"""A reading put to one block of the gazetteer: what each written word, number and postcode means there."""

from dataclasses import dataclass, field

from services.matching.abbreviations import KINDS, STOP_WORDS, STREET_TYPES
from services.matching.index import is_code, number_keys
from services.matching.places import Place
from services.matching.reading import Reading
from services.matching.segment import Segment
from services.matching.spelling import Meaning

UNKNOWN_WEIGHT = 6.0
STOP_WEIGHT = 0.05
_LONGEST_BEGINNING, _BEGINNING = 5, 0.85


@dataclass(frozen=True, slots=True)
class Asked:
    """One written word: what it may stand for here, how much it says, and whether it is part of a place."""

    word: str
    meanings: tuple[Meaning, ...]
    weight: float
    in_place: bool
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for in one segment. `hears` maps a word id to the (position, likeness) that it answers."""

    reading: Reading
    asked: tuple[Asked, ...]
    hears: dict[int, list[tuple[int, float]]]
    places: tuple[tuple[int, int, Place], ...]
    street_ends: tuple[int, ...]
    kinds: frozenset[int]
    terms: tuple[tuple[Meaning, ...], ...] = field(default=())


def put(reading: Reading, segment: Segment) -> Question:
    """Return the reading as a question to this segment."""
    words = segment.spelling.mend(reading.words)
    meanings = [_as_code(word, segment.spelling.meanings(word)) for word in words]
    _hear_street_types(words, meanings, segment)
    likely = tuple(
        segment.index.spelt[found[0][0]] if found and found[0][1] >= 0.7 else word
        for word, found in zip(words, meanings, strict=True)
    )
    places = tuple(
        span for span in segment.places.spans(likely) if span[1] >= len(likely) or likely[span[1]] not in STREET_TYPES
    )
    within = {at for start, end, _ in places for at in range(start, end)}
    asked = tuple(
        Asked(word, found, _weight(word, found, segment), at in within, is_code(word))
        for at, (word, found) in enumerate(zip(words, meanings, strict=True))
    )
    hears: dict[int, list[tuple[int, float]]] = {}
    for at, one in enumerate(asked):
        for known, likeness in one.meanings:
            hears.setdefault(known, []).append((at, likeness))
    ends = tuple(at for at in range(1, len(likely)) if likely[at] in STREET_TYPES)
    kinds = frozenset(KINDS[word] for word in likely if word in KINDS)
    return Question(reading, asked, hears, places, ends, kinds, tuple(_terms(reading, asked, segment)))


def _hear_street_types(words: tuple[str, ...], meanings: list[tuple[Meaning, ...]], segment: Segment) -> None:
    """Add what a short beginning stands for where a street's last word belongs: "Saltmarsh La" is Saltmarsh Lane.

    That is the last word, or the one before a place; a word of a name ("La Scala") stands elsewhere.
    """
    vocabulary = segment.index.vocabulary
    for at in range(1, len(words)):
        word = words[at]
        if not 1 < len(word) < _LONGEST_BEGINNING or not word.isalpha() or word in STOP_WORDS or word in STREET_TYPES:
            continue
        if at + 1 < len(words) and not segment.places.spans(words[at + 1 : at + 5])[:1]:
            continue
        said = [vocabulary[one] for one in STREET_TYPES if one.startswith(word) and one in vocabulary]
        known = {one for one, _ in meanings[at]}
        meanings[at] += tuple((one, _BEGINNING) for one in sorted(said) if one not in known)


def _as_code(word: str, meanings: tuple[Meaning, ...]) -> tuple[Meaning, ...]:
    """Return the meanings of a word; the code of a unit that is known is no slip for its neighbour's."""
    return meanings[:1] if meanings and meanings[0][1] == 1.0 and is_code(word) else meanings


def _weight(word: str, meanings: tuple[Meaning, ...], segment: Segment) -> float:
    if word in STOP_WORDS:
        return STOP_WEIGHT
    if not meanings:
        return UNKNOWN_WEIGHT if len(word) > 1 else 1.0
    return segment.index.rarity(meanings[0][0])


def _terms(reading: Reading, asked: tuple[Asked, ...], segment: Segment) -> list[tuple[Meaning, ...]]:
    """Return what rows are looked up by: for each term its word ids, each with the points it is worth."""
    vocabulary, rarity = segment.index.vocabulary, segment.index.rarity
    terms = [
        tuple((known, likeness * rarity(known)) for known, likeness in one.meanings)
        for one in asked
        if one.meanings and one.word not in STOP_WORDS
    ]
    for number in reading.numbers:
        ids = [vocabulary[key] for key in number_keys((number,)) if key in vocabulary]
        terms.append(tuple((one, rarity(one)) for one in ids))
    postcode = reading.postcode
    wanted = [(f"@{postcode.whole}", 7.0)] if postcode.whole else [(f"@{one}", 5.0) for one in postcode.meant]
    if postcode.district:
        wanted = [(f"@{postcode.district}", 2.0)]
    terms.append(tuple((vocabulary[key], points) for key, points in wanted if key in vocabulary))
    return [term for term in terms if term]
