"""What a search answers: one line for each record, enough to choose the right building by."""

from schemas.visit_parts import Part
from schemas.words import LEVEL_WORDS


class Result(Part):
    """One record found. `match` is exact, similar (look twice) or near (with its distance in metres)."""

    premises_id: str
    name: str
    address: str
    postcode: str
    level: int | None
    base_level: int | None
    level_words: str | None
    unverified: int
    match: str
    distance_m: float | None
    easting: float
    northing: float


class Results(Part):
    """The answer to a search: how the question was understood, and the records, best first."""

    query: str
    understood_as: str
    results: tuple[Result, ...]
    more: bool


def level_words(level: int | None) -> str | None:
    """Return a risk level in words, or None where it is unknown."""
    return None if level is None else LEVEL_WORDS[level]
