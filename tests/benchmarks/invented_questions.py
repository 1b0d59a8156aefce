"""Addresses as a crew might write them: premises of the invented county, shortened, misspelt, or not there at all."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from services.matching import Entry

SEED = 1940
SHORT = {
    "Street": "St", "Road": "Rd", "Lane": "Ln", "Avenue": "Ave", "Close": "Cl", "Drive": "Dr", "Gardens": "Gdns",
    "Terrace": "Terr", "Crescent": "Cres", "Court": "Ct",
}  # fmt: skip
_TYPE = re.compile(rf"\b({'|'.join(SHORT)})\b")
_NUMBER = re.compile(r"\b\d+\b")


@dataclass(frozen=True, slots=True)
class Question:
    """One written address, and the premises it means: None where that is not in the gazetteer."""

    query: str
    means: str | None


def invented_questions(entries: Sequence[Entry], count: int) -> list[Question]:
    """Return so many written addresses, the same for the same gazetteer.

    About one in ten names a house number that its street does not have.
    """
    dice = random.Random(SEED)
    return [_question(entries[dice.randrange(len(entries))], dice) for _ in range(count)]


def _question(entry: Entry, dice: random.Random) -> Question:
    kind = dice.random()
    whole = ", ".join(part for part in (entry.name, entry.address, entry.postcode) if part)
    short = _TYPE.sub(lambda found: SHORT[found[1]], whole)
    if kind < 0.30:
        return Question(whole, entry.premises_id)
    if kind < 0.50:
        return Question(short.lower().replace(",", ""), entry.premises_id)
    if kind < 0.65:
        return Question(short.removesuffix(f", {entry.postcode}"), entry.premises_id)
    if kind < 0.75:
        return Question(f"{short.replace(',', '')} - side door, see caretaker", entry.premises_id)
    if kind < 0.90:
        return Question(_misspelt(whole, dice), entry.premises_id)
    numbers = list(_NUMBER.finditer(entry.address))
    if not numbers:
        return Question(whole, entry.premises_id)
    start, end = numbers[-1].span()
    return Question(f"{entry.address[:start]}947{entry.address[end:]}, {entry.postcode}", None)


def _misspelt(text: str, dice: random.Random) -> str:
    """Return the text with two neighbouring letters of its longest word the wrong way round."""
    word = max(re.findall(r"[A-Za-z]+", text), key=len)
    at = dice.randrange(1, len(word) - 2)
    return text.replace(word, word[:at] + word[at + 1] + word[at] + word[at + 2 :], 1)
