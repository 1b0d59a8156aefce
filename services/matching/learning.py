"""What a person's decision teaches: the name the crew used for a premises, if they used one at all."""

import re
from dataclasses import dataclass

from services.domain.blanks import plain_blanks
from services.matching.abbreviations import GENERIC_WORDS, STOP_WORDS
from services.matching.normalise import take_apart
from services.matching.notes import Relation, relation_of, without_notes
from services.matching.postcodes import tidy_postcode

_NUMBERED = re.compile(r"(?i)\b(?:no\.?|num(?:ber)?|unit|flat|suite|room|plot)?\s*\d.*$")
LONGEST, SHORTEST = 80, 3


@dataclass(frozen=True, slots=True)
class NameToLearn:
    """A name worth remembering, as it was written; `former` where the writing says that it is the old one."""

    name: str
    former: bool = False


def name_to_learn(written: str, name: str, address: str) -> NameToLearn | None:
    """Return the name by which a writing calls the premises of this name and address, None if it teaches nothing.

    Policy: docs/matching.md: a person's decision teaches the matcher. Only a name is learnt: never a house
    number or a street (the next crew may mean another door), never a place beside another, and never a name
    that any building of its kind may have.
    """
    relation, text = relation_of(without_notes(plain_blanks(written)))
    if relation is Relation.BESIDE:
        return None
    part = _first_part(text)
    known = set(take_apart(address).words)
    words = part.split()
    while words and (not take_apart(words[-1]).words or set(take_apart(words[-1]).words) <= known):
        words.pop()
    called = " ".join(words).strip(" ,.;:-")
    said = words_that_tell(called)
    own = [word for word in said if word not in GENERIC_WORDS and len(word) >= SHORTEST]
    if not own or len(called) > LONGEST or set(said) <= set(take_apart(name).words) | known:
        return None
    return NameToLearn(_tidied(called), former=relation is Relation.FORMERLY)


def _first_part(text: str) -> str:
    """Return what is written before the first comma or number, which is where a name stands."""
    for piece in re.split(r"[,;\n]", text):
        if tidy_postcode(piece) is not None:
            continue
        before = _NUMBERED.sub("", piece).strip()
        if before or piece.strip():
            return before
    return ""


def _tidied(called: str) -> str:
    return called.title().replace("'S", "'s") if called.islower() or called.isupper() else called


def words_that_tell(name: str) -> list[str]:
    """Return the words of a name in the matcher's own spelling, without articles and the like.

    Policy: docs/matching.md: two names are one if they differ in nothing else.
    """
    return [word for word in take_apart(name).words if word not in STOP_WORDS]
