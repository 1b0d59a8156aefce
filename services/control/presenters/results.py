"""What a search and the front page answer: one line for each premises or danger, enough to choose the right one by."""

from typing import Literal

from pydantic import AwareDatetime

from schemas.visit_parts import Part
from services.domain.words import LEVEL_WORDS


class Result(Part):
    """One premises found. `match` is exact, similar (look twice) or near (with its distance in metres).

    `held` is false where the premises is known and nothing is held of it: that says nothing of its risk. `known_as` are
    former and other names, `in_use` is false for what stands there no longer, `units` counts flats not listed apart,
    `building_held` says that a record of the building it is part of is held. `level_if_published` is the highest level
    that a crew's report, not reviewed, would give a record of which nothing is published.
    """

    premises_id: str
    name: str
    address: str
    postcode: str
    level: int | None
    base_level: int | None
    level_if_published: int | None
    level_words: str | None
    unverified: int
    match: str
    distance_m: float | None
    easting: float | None
    northing: float | None
    held: bool = True
    known_as: str = ""
    in_use: bool = True
    units: int = 0
    building_held: bool = False


class UnsettledResult(Part):
    """A danger that a crew reports at an address nobody has settled: it stands on no record yet."""

    visit_id: str
    written: str
    summary: str
    more: int
    ground: str
    callsign: str
    reported_at: AwareDatetime


class Results(Part):
    """The answer to a search: how the question was understood, and the premises, best first.

    `total` is how many there are in all, `at_least` that there may be more; `place` is the grid reference of a point
    that was asked for, `nearest` the known premises nearest to it. `unsettled` are dangers whose written address
    answers.
    """

    query: str
    understood_as: Literal["nothing", "words", "place"]
    results: tuple[Result, ...]
    more: bool
    total: int = 0
    at_least: bool = False
    place: str | None = None
    nearest: Result | None = None
    unsettled: tuple[UnsettledResult, ...] = ()
    unsettled_total: int = 0

    @property
    def count_words(self) -> str:
        """Return how many of how many are listed: "20 of 143"."""
        return count_words(len(self.results), self.total, at_least=self.at_least)


def count_words(listed: int, total: int, *, at_least: bool = False) -> str:
    """Return how many of how many are listed: "20 of 143", "20 of more than 5,000", or "3"."""
    if at_least:
        return f"{listed} of more than {total:,}"
    return f"{listed:,} of {total:,}" if listed < total else f"{total:,}"


def level_words(level: int | None) -> str | None:
    """Return a risk level in words, or None where it is unknown."""
    return None if level is None else LEVEL_WORDS[level]


class Change(Part):
    """One of the latest changes, as the front page lists it."""

    premises_id: str
    title: str
    level: int | None
    base_level: int | None
    level_if_published: int | None
    unverified: int
    shown_at: AwareDatetime


class Danger(Part):
    """The gravest danger of one building, or of one visit without a settled address, as the front page lists it."""

    href: str
    title: str
    summary: str
    more: int
    callsign: str
    ground: str
    reported_at: AwareDatetime
    past_its_time: bool
    is_unsettled: bool


def title(name: str, address: str, postcode: str) -> str:
    """Return a name and address as one line, nothing in it twice, the postcode never broken in two."""
    unbroken = postcode.replace(" ", "\u00a0")
    written = address.replace(postcode, unbroken) if postcode and postcode in address else f"{address}, {unbroken}"
    written = written if postcode else address
    return f"{name}, {written}" if name and not written.startswith(name) else written
