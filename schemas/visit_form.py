"""The sections of the visit form as the crew fills them in: one class a section, units in the names."""

from typing import Annotated

from pydantic import Field, StringConstraints

from schemas.visit_parts import (
    DevicePoint,
    FixedSystem,
    Hazard,
    Identifier,
    Isolation,
    LevelOverride,
    Line,
    Medium,
    Moment,
    Part,
    RendezvousPoint,
    SecureInformationBox,
    Severity,
    Text,
    Uprn,
    Water,
    WrittenAddress,
)
from schemas.vocabulary import (
    ApplianceAccess,
    Construction,
    Dependency,
    EvacuationStrategy,
    ExternalWall,
    FraewRating,
    OccupancyStatus,
    PremisesClass,
    ReviewMethod,
    VisitKind,
    VisitOutcome,
    Watch,
)


class SignOff(Part):
    declaration: bool = False
    lead_competent: bool | None = None


# A UUIDv7 made on the device.
VisitId = Annotated[
    str,
    StringConstraints(
        to_lower=True,
        pattern=r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-7[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$",
    ),
]


class EnvelopeSection(Part):
    """Section A: which visit, by whom, when; `amends` is the visit of the same crew that this one replaces."""

    submission_id: VisitId = Field(description="UUIDv7 made on the device; the idempotency key")
    schema_version: Annotated[str, StringConstraints(pattern=r"^1(\.[0-9]+)?$")]
    device_id: Identifier
    app_version: Identifier
    visit_kind: VisitKind
    review_method: ReviewMethod
    outcome: VisitOutcome
    outcome_note: Text | None = None
    started_at: Moment
    ended_at: Moment
    submitted_at: Moment
    lead_officer_id: Identifier
    crew_ids: tuple[Identifier, ...] = Field(default=(), max_length=20)
    station: Identifier
    watch: Watch
    callsign: Identifier
    incident_no: Identifier | None = None
    base_record_version: int | None = Field(default=None, ge=0)
    amends: VisitId | None = Field(default=None, description="the visit that this one replaces, as the crew sent it")


class PremisesSection(Part):
    """Section B: which premises, as far as the crew can say."""

    uprn: Uprn | None = None
    address: WrittenAddress | None = None
    device_point: DevicePoint | None = None
    unit_uprn: Uprn | None = None
    unit_ref: Line | None = None
    site_polygon: tuple[tuple[float, float], ...] | None = Field(default=None, max_length=500)
    premises_class: PremisesClass
    occupancy_status: OccupancyStatus


class AccessSection(Part):
    """Section C: how to get there and in (the entry code is apart: it travels sealed)."""

    appliance_access: ApplianceAccess | None = None
    access_width_m: float | None = Field(default=None, ge=0, le=100)
    access_height_m: float | None = Field(default=None, ge=0, le=100)
    access_weight_t: float | None = Field(default=None, ge=0, le=500)
    access_note: Text | None = None
    rvp: RendezvousPoint | None = None
    entry_point: Line | None = None
    key_safe: Line | None = None
    sib: SecureInformationBox | None = None


class BuildingSections(Part):
    """Sections D, E and F: the building, who is in it, what protects it."""

    height_top_storey_m: float | None = Field(default=None, ge=0, le=400)
    storeys_above: int | None = Field(default=None, ge=0, le=100)
    storeys_below: int | None = Field(default=None, ge=0, le=15)
    floor_area_m2: float | None = Field(default=None, ge=0, le=10_000_000)
    construction: tuple[Construction, ...] = Field(default=(), max_length=10)
    external_wall: ExternalWall | None = None
    fraew_rating: FraewRating | None = None
    roof: Line | None = None
    pv_panels: bool | None = None
    voids: Line | None = None
    compartment_concern: bool | None = None
    max_day: int | None = Field(default=None, ge=0, le=1_000_000)
    max_night: int | None = Field(default=None, ge=0, le=1_000_000)
    sleeping: bool | None = None
    dependency: Dependency | None = None
    evac_strategy: EvacuationStrategy | None = None
    staircases: int | None = Field(default=None, ge=0, le=20)
    assembly_point: Line | None = None
    systems: tuple[FixedSystem, ...] = Field(default=(), max_length=50)
    isolations: tuple[Isolation, ...] = Field(default=(), max_length=30)


class HazardSections(Part):
    """Sections G, H and I: what can hurt a crew, the water, and how to fight it."""

    hazards: tuple[Hazard, ...] = Field(default=(), max_length=100)
    none_found: bool = False
    water: Water | None = None
    critical_facts: tuple[Line, ...] = Field(default=(), max_length=5)
    tactics_note: Text | None = None
    pda_suggestion: Text | None = None
    sector_note: Text | None = None
    salvage_priorities: Text | None = None


class ScoreSection(Part):
    """Sections K, M and N: the crew's score, the media that follow, the sign-off."""

    likelihood: int | None = Field(default=None, ge=1, le=5)
    severity: Severity | None = None
    override: LevelOverride | None = None
    media: tuple[Medium, ...] = Field(default=(), max_length=40)
    sign_off: SignOff | None = None
