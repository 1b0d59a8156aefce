"""What is said about the risk record of a premises: what is shown now, and how each visit fared in review."""

from datetime import date
from typing import ClassVar

from pydantic import AwareDatetime, Field

from schemas.envelope import Event
from schemas.premises import LocatedPremises
from schemas.sensitive import Sealed
from schemas.visit_form import AccessSection, BuildingSections, HazardSections
from schemas.visit_parts import Part
from schemas.vocabulary import OccupancyStatus, PremisesClass, ReviewState, RiskFlag


class RiskFacts(AccessSection, BuildingSections, HazardSections):
    """The facts about a premises, sections C to I of the form, as last published."""

    premises_class: PremisesClass | None = None
    occupancy_status: OccupancyStatus | None = None


class RiskScore(Part):
    """RIS-1: PORIS-structured, with this service's own anchors. `rank` is 0 to 100."""

    method: str = "RIS-1"
    base_level: int = Field(ge=1, le=5)
    effective_level: int = Field(ge=1, le=5)
    rank: int = Field(ge=0, le=100)
    open_defects: int = Field(ge=0)
    flags: tuple[RiskFlag, ...] = ()


class UnverifiedAddition(Part):
    """A safety-critical addition a crew reported that nobody has reviewed yet."""

    visit_id: str
    kind: str
    summary: str
    reported_at: AwareDatetime
    callsign: str
    expires_at: AwareDatetime


class RiskRecord(Part):
    """The risk record as it is shown now.

    `version` counts publications (0: nothing is published yet); `revision` rises with every change of what is
    shown, so that a late message never replaces a newer one.
    """

    premises: LocatedPremises
    version: int = Field(ge=0)
    revision: int = Field(ge=1)
    facts: RiskFacts | None = None
    score: RiskScore | None = None
    unverified: tuple[UnverifiedAddition, ...] = ()
    visited_at: AwareDatetime | None = None
    published_at: AwareDatetime | None = None
    review_due_on: date | None = None
    private: Sealed | None = None


class RiskRecordUpdated(Event):
    """What is shown of a premises has changed: a crew's unverified addition, a publication, or an expiry."""

    topic: ClassVar[str] = "risk-register.updated"

    premises_id: str
    record: RiskRecord
    because_of_visit: str | None = None
    changed_at: AwareDatetime

    def key(self) -> str:
        return self.premises_id


class VisitReviewed(Event):
    """A visit moved in the review queue; `reason` is the reviewer's words to the crew on return or rejection.

    `base_level` is the level that publishing the visit gives, None where nobody scored the premises;
    `safety_critical` says that control sees something of it before review; `warnings` are codes of what the crew may
    put right about its score.
    """

    topic: ClassVar[str] = "risk-register.reviewed"

    visit_id: str
    premises_id: str
    state: ReviewState
    decided_by: str | None = None
    reason: str | None = None
    fields: tuple[str, ...] = ()
    due_at: AwareDatetime | None = None
    moved_at: AwareDatetime
    base_level: int | None = Field(default=None, ge=1, le=5)
    safety_critical: bool | None = None
    warnings: tuple[str, ...] = ()

    def key(self) -> str:
        return self.premises_id
