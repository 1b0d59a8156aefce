"""How well a premises answers what was asked: all words found first, a forgiven spelling after, a wrong number last."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from services.control.rules.findable import ranges_in
from services.control.rules.search_words import (
    ALIKE_FROM,
    Words,
    is_number,
    likeness,
    other_form,
    plain,
    search_text,
    spelt_out,
)

EXACT, BEGUN, WITHIN_RANGE = 1.0, 0.9, 0.85
SIMILAR_FROM = 0.55


@dataclass(frozen=True)
class Candidate:
    """A premises as the search knows it."""

    premises_id: str
    name: str
    address: str
    postcode: str
    known_as: str = ""
    level: int | None = None


@dataclass(frozen=True)
class Ranked:
    """A premises with how well it answers: `exact` when every word asked for is in it."""

    premises_id: str
    score: float
    exact: bool


def answers(asked: Words, found: Candidate) -> Ranked:
    """Return how well a premises answers a question.

    Policy: docs/interfaces.md, section 4. A premises whose house number differs is only ever offered as similar.
    """
    words = search_text(f"{found.name} {found.known_as}", found.address, found.postcode, found.premises_id).split()
    words.append(found.premises_id.casefold().lstrip("0"))
    ranges = ranges_in(f"{found.name} {found.address}")
    last = len(asked.words) - 1
    scores = [_best(word, words, ranges, half_typed=at == last) for at, word in enumerate(asked.words)]
    exact = bool(scores) and min(scores) >= BEGUN
    return Ranked(found.premises_id, sum(scores) / len(scores) if scores else 0.0, exact)


def likeliest(asked: Words, found: Iterable[Candidate]) -> list[Ranked]:
    """Return the premises that may be meant by words spelt otherwise, likest first, the higher level among equals.

    Policy: docs/interfaces.md, section 4: typing errors forgiven.
    """
    scored = [(answers(asked, each), each) for each in found]
    kept = [(ranked, each) for ranked, each in scored if ranked.exact or ranked.score >= SIMILAR_FROM]
    kept.sort(key=lambda pair: (-round(pair[0].score, 2), -(pair[1].level or 0), _natural(pair[1].address)))
    return [ranked for ranked, _ in kept]


def the_one_meant(asked: str, words: Words, found: list[Candidate], total: int) -> str | None:
    """Return the premises to open at once: asked for by its id, its whole address, or postcode and number; or None.

    `found` are the best answers and `total` how many there are. A name alone, or part of an address, opens nothing:
    the caller may mean another.

    Policy: docs/domain/4.5.md: the wrong building on the screen is worse than one more key.
    """
    whole = spelt_out(plain(asked))
    by_id = [each for each in found if _same_id(whole, each.premises_id)]
    by_address = [each for each in found if whole in whole_addresses(each)]
    for meant in (by_id, by_address):
        if meant:
            return meant[0].premises_id if len(meant) == 1 else None
    number, postcodes = words.numbers(), words.postcodes()
    if total == 1 and len(number) == 1 and len(postcodes) == 1 and len(words.words) == 2:
        return found[0].premises_id if number[0] in _doors(found[0]) else None
    return None


def whole_addresses(found: Candidate) -> set[str]:
    """Return every way to write the whole address of a premises, with and without its name and its postcode.

    Policy: docs/interfaces.md, section 4.
    """
    line, name, postcode = (plain(part) for part in (found.address, found.name, found.postcode))
    lines = {line, f"{name} {line}".strip()}
    lines |= {f"{each} {code}" for each in lines for code in (postcode, postcode.replace(" ", "")) if code}
    return {spelt_out(each) for each in lines}


def _same_id(asked: str, premises_id: str) -> bool:
    return asked.replace(" ", "").removeprefix("uprn").lstrip("0") == plain(premises_id).replace(" ", "").lstrip("0")


def _doors(found: Candidate) -> set[str]:
    """Return the numbers that a part of the address begins with: the house's own, not that of a flat in it."""
    parts = [plain(part).split() for part in found.address.split(",")]
    return {part[0] for part in parts if part}


def _best(word: str, words: list[str], ranges: list[tuple[int, int]], *, half_typed: bool) -> float:
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


def _natural(address: str) -> tuple[tuple[int, int, str], ...]:
    """Return a key that puts 2 before 10."""
    parts = re.findall(r"\d+|[a-z]+", plain(address))
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts)
