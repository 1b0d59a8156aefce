"""By which words a premises is found: its name, address, postcode and number, as they are typed."""

import re

from schemas.premises import ListedPremises

WORD = re.compile(r"[^\W_]+")
MOST_WORDS = 8


def words_of(entry: ListedPremises) -> str:
    """Return the words of an entry of the gazetteer; its postcode also without the space.

    Policy: docs/domain/4.5.md: search by UPRN, address, postcode.
    """
    postcode = entry.postcode.replace(" ", "")
    written = f"{entry.name} {entry.address} {entry.postcode} {postcode} {entry.premises_id}"
    return " ".join(dict.fromkeys(WORD.findall(written.casefold())))


def query_of(typed: str) -> str:
    """Return what is looked for: every word as the beginning of one; nothing where no word was typed.

    Policy: docs/domain/4.5.md: search by UPRN, address, postcode.
    """
    return " & ".join(f"{word}:*" for word in WORD.findall(typed.casefold())[:MOST_WORDS])
