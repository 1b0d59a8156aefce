"""What is said about the risk record of a premises: what is shown now, and how each visit fared in review."""

from datetime import date
from typing import ClassVar

from pydantic import AwareDatetime, Field

from schemas.envelope import Event
from schemas.premises import LocatedPremises
from schemas.protection import FireSafety
from schemas.sensitive import Sealed
from schemas.visit_form import AccessSection, BuildingSections, HazardSections
from schemas.visit_parts import Identifier, Part, Severity, Text
from schemas.vocabulary import (
    AskEnd,
    OccupancyStatus,
    PremisesClass,
    QualityPoint,
    ReviewMethod,
    ReviewState,
    RiskFlag,
    TemporarySource,
    Watch,
)


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


class Judgement(Part):
    """What a crew judged, from which RIS-1 works out a level: how likely a fire is, 1 to 5, and how bad it could be."""

    likelihood: int = Field(ge=1, le=5)
    severity: Severity


class FactSource(Part):
    """Who saw a fact last, when and how: `seen_at` is the end of that visit, never when it was published."""

    visit_id: str
    seen_at: AwareDatetime
    callsign: str
    method: ReviewMethod


class UnverifiedAddition(Part):
    """A safety-critical addition nobody has reviewed yet, in a crew's words; `fact` is the key of what it is about."""

    visit_id: str
    kind: str
    summary: str
    reported_at: AwareDatetime
    callsign: str
    expires_at: AwareDatetime
    fact: str | None = None


class CrewReport(Part):
    """What one crew says of a premises that nobody has reviewed yet, and the score that publishing it would give.

    `facts` holds only what that visit says, as it may be shown to all.
    `private` holds its contacts and entry code, sealed; `unit_ref` names the flat or suite if it describes one alone.
    """

    visit_id: str
    callsign: str
    station: str
    method: ReviewMethod
    seen_at: AwareDatetime
    reported_at: AwareDatetime
    unit_ref: str | None = None
    facts: RiskFacts
    score: RiskScore | None = None
    private: Sealed | None = None


class TemporaryRiskShown(Part):
    """What holds at a premises for a while: shown until a person ends it, from the day after `ends_on` as past its end.

    `callsign` is of the crew that reported it, None once the risk team has raised or renewed it.
    """

    risk_id: str
    what: str
    owner: str
    source: TemporarySource
    starts_on: date
    ends_on: date
    callsign: str | None = None


class TacticalPlanShown(Part):
    """The age of the tactical plan, which has its own review: when it was written and reviewed, and is due again."""

    written_on: date
    reviewed_on: date
    review_due_on: date


class RiskRecord(Part):
    """The risk record as it is shown now.

    `version` counts publications (0: nothing is published yet); `revision` rises with every change of what is
    shown, so that a late message never replaces a newer one. `sources` says for each published fact, by its key
    (services/domain/fact_keys.py), who saw it last, and as `score` who gave the score. `judgement` is what the score
    was worked out from; None where somebody set another level by hand, or nobody scored it. `reports` are the
    crews' reports nobody has reviewed, newest first; of `reports_in_all` only the newest travel. `temporary` are
    the temporary risks that nobody has ended, the first to end first; `plan` is the age of the tactical plan, None
    where the record has none. `fire_safety` is what Protection says: notices in force, the last audit, fires; it is
    counted in `score` (docs/domain/4.3.md), and is no part of `judgement`.
    """

    premises: LocatedPremises
    version: int = Field(ge=0)
    revision: int = Field(ge=1)
    facts: RiskFacts | None = None
    score: RiskScore | None = None
    judgement: Judgement | None = None
    unverified: tuple[UnverifiedAddition, ...] = ()
    sources: dict[str, FactSource] = Field(default_factory=dict)
    reports: tuple[CrewReport, ...] = ()
    reports_in_all: int = Field(default=0, ge=0)
    temporary: tuple[TemporaryRiskShown, ...] = ()
    plan: TacticalPlanShown | None = None
    fire_safety: FireSafety | None = None
    visited_at: AwareDatetime | None = None
    published_at: AwareDatetime | None = None
    review_due_on: date | None = None
    private: Sealed | None = None


class RiskRecordUpdated(Event):
    """What is shown of a premises has changed: a report, a publication, a temporary risk, or what Protection says."""

    topic: ClassVar[str] = "risk-register.updated"

    premises_id: str
    record: RiskRecord
    because_of_visit: str | None = None
    changed_at: AwareDatetime

    def key(self) -> str:
        return self.premises_id


class VisitReviewed(Event):
    """A visit moved in the review queue; `reason` is the reviewer's words to the crew on return or rejection.

    `comments` are the reviewer's words about single fields, by the name of the field.

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
    comments: dict[str, Text] = Field(default_factory=dict)

    def key(self) -> str:
        return self.premises_id


class VisitAsked(Event):
    """A crew is asked to visit a premises by a day; `asked_by` is None where its review date alone asks.

    `watch` is None where any watch of the station may go. `incident_no` is of the incident after which it is asked for;
    `questions` are what such an inspection must answer.
    """

    topic: ClassVar[str] = "risk-register.visit-asked"

    ask_id: str
    premises_id: str
    premises: LocatedPremises
    reason: Text
    due_on: date
    station: Identifier
    watch: Watch | None = None
    asked_by: str | None = None
    asked_at: AwareDatetime
    incident_no: Identifier | None = None
    questions: tuple[Text, ...] = ()

    def key(self) -> str:
        return self.premises_id


class VisitAskEnded(Event):
    """A visit is no longer asked of a crew: one was made, or it was withdrawn, with the reason."""

    topic: ClassVar[str] = "risk-register.visit-ask-ended"

    ask_id: str
    premises_id: str
    because: AskEnd
    reason: Text = ""
    visit_id: str | None = None
    ended_at: AwareDatetime

    def key(self) -> str:
        return self.premises_id


class VisitQualityChecked(Event):
    """A published visit was checked for its quality: how many of the points asked are right, and what is not.

    `findings` are words to the crew, by point. `at_random` says that it was drawn at random; `is_reopened` that the
    result no longer stands and the visit is checked again.
    """

    topic: ClassVar[str] = "risk-register.quality-checked"

    visit_id: str
    premises_id: str
    points_right: int = Field(ge=0, le=6)
    points_asked: int = Field(ge=0, le=6)
    findings: dict[QualityPoint, Text] = Field(default_factory=dict)
    at_random: bool
    is_reopened: bool = False
    checked_at: AwareDatetime

    def key(self) -> str:
        return self.premises_id
