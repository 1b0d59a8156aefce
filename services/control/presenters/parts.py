"""The parts a screen is made of: a fact, a block of facts with its age, the level, a report nobody has checked."""

from datetime import date
from typing import Literal

from pydantic import AwareDatetime

from schemas.visit_parts import Part
from schemas.vocabulary import EvacuationStrategy
from services.control.presenters.needs import NeedsHelpOut
from services.control.presenters.results import title
from services.control.rules.freshness import Freshness


class Fact(Part):
    """One fact in words; a value of null is UNKNOWN, never "none". `alert` marks what can hurt or does not work."""

    key: str
    label: str
    value: str | None
    alert: bool = False


class Block(Part):
    """Facts that belong together, as confirmed at a moment; null is never confirmed."""

    key: str
    title: str
    confirmed_at: AwareDatetime | None
    facts: tuple[Fact, ...]

    @property
    def known(self) -> tuple[Fact, ...]:
        """Return the facts that somebody has told us."""
        return tuple(fact for fact in self.facts if fact.value is not None)

    @property
    def missing(self) -> tuple[Fact, ...]:
        """Return the facts that nobody has told us."""
        return tuple(fact for fact in self.facts if fact.value is None)


class Level(Part):
    """The risk level by RIS-1: PORIS-structured, with this service's own anchors."""

    base: int
    effective: int
    words: str
    rank: int
    open_defects: int
    flags: tuple[str, ...]
    says: str


class Unverified(Part):
    """What a crew reported that nobody has checked; past its time it is still shown, until somebody decides."""

    status: Literal["UNVERIFIED"] = "UNVERIFIED"
    kind: str
    summary: str
    callsign: str
    visit_id: str
    reported_at: AwareDatetime
    expires_at: AwareDatetime
    past_its_time: bool


class Evacuation(Part):
    """What the people inside are told to do; null is UNKNOWN."""

    strategy: EvacuationStrategy | None
    words: str | None
    confirmed_at: AwareDatetime | None
    overdue: bool


class Age(Part):
    """How fresh the record is, and which one it is."""

    state: Freshness
    says: str
    visited_at: AwareDatetime | None
    published_at: AwareDatetime | None
    review_due_on: date | None
    version: int
    revision: int
    shown_at: AwareDatetime


class WhereItIs(Part):
    """Where the premises is: metres on EPSG:27700, WGS 84 degrees, and a grid reference to say over the radio."""

    easting: float
    northing: float
    latitude: float
    longitude: float
    grid_reference: str
    station_ground: str | None
    district: str | None
    border_distance_m: float | None


class ScreenRecord(Part):
    """The one-screen record (docs/domain/4.5.md). `unknown` names every fact nobody has told us."""

    premises_id: str
    name: str
    address: str
    postcode: str
    premises_class: str | None
    occupancy: str | None
    parent_id: str | None
    place: WhereItIs
    level: Level | None
    unverified: tuple[Unverified, ...]
    evacuation: Evacuation
    critical_facts: tuple[str, ...] | None
    access: Block
    building: Block
    systems: Block
    isolations: Block
    hazards: Block
    water: Block
    people: Block
    needs_help_out: NeedsHelpOut
    notices: Block
    tactics: Block
    codes_held: bool
    freshness: Age
    unknown: tuple[str, ...]

    @property
    def title(self) -> str:
        """Return the name and address as one line."""
        return title(self.name, self.address, self.postcode)
