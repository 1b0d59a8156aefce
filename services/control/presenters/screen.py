"""The one-screen record: everything that control, crews and machines are answered with for one premises."""

from datetime import date

from pydantic import AwareDatetime, Field

from schemas.visit_parts import Part
from services.control.presenters.fire_safety import FireSafetyLines
from services.control.presenters.needs import NeedsHelpOut
from services.control.presenters.parts import (
    Block,
    CrewVoice,
    Evacuation,
    EvacuationPlans,
    Fact,
    Level,
    PlanAge,
    ReportedLevel,
    Said,
    TemporaryLine,
    Unverified,
)
from services.control.presenters.results import title
from services.domain.review_dates import Freshness


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
    """The one-screen record (docs/domain/4.5.md). `unknown` names every fact that neither record nor report tells.

    `first` are the lines to read first, the most grave first: what is safety-critical and not reviewed, and what two
    accounts contradict each other about; each stands in its own block, too. `crews` are the reports nobody has
    reviewed, newest first, `levels_reported` the level each would give, highest first. `temporary` is what holds for a
    while, the first to end first and what is past its end last. `fire_safety` is what Protection says: a prohibition is
    read before all else.
    """

    premises_id: str
    name: str
    address: str
    postcode: str
    premises_class: Fact
    occupancy: Fact
    parent_id: str | None
    place: WhereItIs
    level: Level | None
    levels_reported: tuple[ReportedLevel, ...]
    unverified: tuple[Unverified, ...]
    first: tuple[Fact, ...]
    crews: tuple[CrewVoice, ...]
    temporary: tuple[TemporaryLine, ...]
    fire_safety: FireSafetyLines | None
    evacuation: Evacuation
    evacuation_plans: EvacuationPlans
    critical_facts: tuple[str, ...] | None
    critical: Fact
    critical_reported: tuple[Said, ...]
    access: Block
    building: Block
    systems: Block
    isolations: Block
    hazards: Block
    water: Block
    people: Block
    needs_help_out: NeedsHelpOut
    tactics: Block
    plan: PlanAge | None
    codes_held: bool = Field(description="the record or a report holds an entry code or contacts")
    freshness: Age
    unknown: tuple[str, ...]

    @property
    def title(self) -> str:
        """Return the name and address as one line."""
        return title(self.name, self.address, self.postcode)

    @property
    def crews_know_hydrants(self) -> bool:
        """Return whether the record or a report tells of any single hydrant."""
        return any(fact.key.startswith("water/hydrants/") for fact in self.water.known)

    @property
    def conflicts(self) -> tuple[Fact, ...]:
        """Return the first lines about which two accounts contradict each other."""
        return tuple(fact for fact in self.first if fact.conflict)

    @property
    def level_above(self) -> ReportedLevel | None:
        """Return the highest level that a report would give where it is not the published one."""
        if not self.levels_reported:
            return None
        highest = self.levels_reported[0]
        return None if self.level and self.level.effective == highest.level else highest
