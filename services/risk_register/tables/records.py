"""The tables of the risk register: records, their versions, unverified additions, temporary risks, and the queue."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Computed, Enum, Index, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from schemas.vocabulary import ReviewState, TemporarySource
from services.domain.safety_critical import AdditionKind
from services.risk_register.rules.assessing import ReviewWarning
from services.risk_register.rules.showing import Resolution
from services.risk_register.rules.temporary import TemporaryEnd, TemporaryState
from services.shared.tables import json_column

RISK_REGISTER = {"schema": "risk_register"}
UNRESOLVED = text("resolved_at IS NULL")


def code_type(codes: type[StrEnum], name: str) -> Enum:
    """Return the database's own enumeration of some codes."""
    return Enum(codes, name=name, schema="risk_register", values_callable=lambda kind: [code.value for code in kind])


def of_the_visit(name: str) -> Column[Any]:
    """Return a column that always holds a field of the visit."""
    return Column(String, Computed(f"(visit ->> '{name}'::text)", persisted=True))


class KeptRecord(SQLModel, table=True):
    """The record of one premises: which version is published, what was last shown, and what Protection says of it."""

    __tablename__ = "records"
    __table_args__ = RISK_REGISTER

    premises_id: str = Field(primary_key=True)
    version: int = 0
    revision: int = 0
    premises: dict[str, Any] = Field(sa_column=json_column())
    shown: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    restoring: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    changed_at: datetime
    fire_safety: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))


class KeptVersion(SQLModel, table=True):
    """One publication: never changed, never deleted. `seen` says which visit saw each fact, when, and how."""

    __tablename__ = "versions"
    __table_args__ = (
        Index(
            "versions_with_marker",
            "premises_id",
            "version",
            postgresql_where=text("""facts -> 'hazards' @> '[{"code": "VIOLENCE"}]'"""),
        ),
        RISK_REGISTER,
    )

    premises_id: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    facts: dict[str, Any] = Field(sa_column=json_column())
    inputs: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    seen: dict[str, Any] = Field(sa_column=json_column())
    score: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    private: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    visit_id: str | None = None
    restored_from: int | None = None
    published_by: str
    first_approved_by: str | None = None
    reason: str | None = None
    visited_at: datetime | None = None
    reviewed_on: date | None = None
    review_due_on: date | None = None
    at: datetime


class ReviewItem(SQLModel, table=True):
    """One visit in the review queue; `version` rises with every change, so that nobody decides on an old page.

    `seen` says who saw what a visit merged into this one reported, by fact; `set_out` what its crew took with it of the
    record; `authors_merged` are who made those visits,
    `crew_merged` whom their crew lists name.
    """

    __tablename__ = "review_items"
    __table_args__ = (
        Index("review_items_of_premises", "premises_id"),
        Index(
            "review_items_open",
            "due_at",
            postgresql_where=text("state IN ('QUEUED', 'CLAIMED', 'CONFLICT', 'ESCALATED')"),
        ),
        Index("review_items_decided", "decided_at", postgresql_where=text("decided_at IS NOT NULL")),
        RISK_REGISTER,
    )

    visit_id: str = Field(primary_key=True)
    premises_id: str
    unit_id: str | None = None
    unit_ref: str | None = None
    state: ReviewState = Field(sa_column=Column(code_type(ReviewState, "review_state"), nullable=False))
    version: int = 1
    changed_by: str
    changed_at: datetime
    base_version: int
    safety_critical: bool
    base_level: int | None = None
    effective_level: int | None = None
    rank: int = 0
    due_at: datetime
    occurred_at: datetime
    submitted_at: datetime
    received_at: datetime
    is_full: bool
    facts: dict[str, Any] = Field(sa_column=json_column())
    inputs: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    visit: dict[str, Any] = Field(sa_column=json_column())
    location: dict[str, Any] = Field(sa_column=json_column())
    private: dict[str, Any] = Field(sa_column=json_column())
    sent_by: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    seen: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    set_out: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    authors_merged: list[str] | None = Field(default=None, sa_column=json_column(nullable=True))
    crew_merged: list[str] | None = Field(default=None, sa_column=json_column(nullable=True))
    warnings: list[ReviewWarning] = Field(
        default_factory=list, sa_column=Column(ARRAY(code_type(ReviewWarning, "review_warning")), nullable=False)
    )
    claimed_by: str | None = None
    lease_until: datetime | None = None
    escalated_at: datetime | None = None
    escalated_why: str | None = None
    first_approval: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    amendment: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    fields: list[str] = Field(default_factory=list, sa_column=json_column())
    comments: dict[str, str] | None = Field(default=None, sa_column=json_column(nullable=True))
    decided_with: str | None = None
    published_version: int | None = None
    amends: str | None = None
    amends_found: bool = False
    # Filled by the database itself, so that the queue is narrowed without a look into each visit.
    station: str | None = Field(default=None, sa_column=of_the_visit("station"))
    visit_kind: str | None = Field(default=None, sa_column=of_the_visit("visit_kind"))
    callsign: str | None = Field(default=None, sa_column=of_the_visit("callsign"))


class KeptAsk(SQLModel, table=True):
    """A visit that a crew is asked for; `asked_by` is empty where the review date alone asks."""

    __tablename__ = "asks"
    __table_args__ = (
        Index("asks_of_premises", "premises_id", "due_on"),
        Index("asks_open", "due_on", postgresql_where=text("ended_at IS NULL")),
        RISK_REGISTER,
    )

    ask_id: str = Field(primary_key=True)
    premises_id: str
    premises: dict[str, Any] = Field(sa_column=json_column())
    reason: str
    due_on: date
    station: str
    watch: str | None = None
    asked_by: str | None = None
    asked_at: datetime
    ended_at: datetime | None = None
    because: str | None = None
    ended_reason: str | None = None
    ended_by: str | None = None
    visit_id: str | None = None
    incident_no: str | None = None
    questions: list[str] = Field(sa_column=json_column())


class KeptAddition(SQLModel, table=True):
    """A safety-critical addition shown before review: kept for good, shown until a person has resolved it."""

    __tablename__ = "unverified_additions"
    __table_args__ = (
        Index(
            "unverified_additions_shown_once", "visit_id", "kind", "summary", unique=True, postgresql_where=UNRESOLVED
        ),
        Index("unverified_additions_of_premises", "premises_id", postgresql_where=UNRESOLVED),
        Index(
            "unverified_additions_to_expire",
            "expires_at",
            postgresql_where=text("resolved_at IS NULL AND expired_at IS NULL"),
        ),
        RISK_REGISTER,
    )

    id: UUID = Field(primary_key=True)
    premises_id: str
    visit_id: str
    kind: AdditionKind = Field(sa_column=Column(code_type(AdditionKind, "addition_kind"), nullable=False))
    summary: str
    fact: str | None = None
    callsign: str
    reported_at: datetime
    shown_at: datetime
    expires_at: datetime
    expired_at: datetime | None = None
    resolution: Resolution | None = Field(
        default=None, sa_column=Column(code_type(Resolution, "resolution"), nullable=True)
    )
    resolved_at: datetime | None = None
    resolved_by: str | None = None


class KeptMarkerDecision(SQLModel, table=True):
    """Whether the violence marker that a visit reported stands, as it was decided last; never what it rests on."""

    __tablename__ = "marker_decisions"
    __table_args__ = RISK_REGISTER

    visit_id: str = Field(primary_key=True)
    stands: bool
    decided_at: datetime


class KeptTemporaryRisk(SQLModel, table=True):
    """A temporary risk at one premises: shown until somebody ends it, removed 13 months after that."""

    __tablename__ = "temporary_risks"
    __table_args__ = (
        Index("temporary_risks_of_premises", "premises_id", postgresql_where=text("ended_at IS NULL")),
        Index("temporary_risks_open", "ends_on", "risk_id", postgresql_where=text("ended_at IS NULL")),
        Index("temporary_risks_ended", "ended_at", postgresql_where=text("ended_at IS NOT NULL")),
        RISK_REGISTER,
    )

    risk_id: str = Field(primary_key=True)
    premises_id: str
    what: str
    why: str
    owner: str
    source: TemporarySource = Field(sa_column=Column(code_type(TemporarySource, "temporary_source"), nullable=False))
    starts_on: date
    ends_on: date
    raised_by: str
    raised_at: datetime
    changed_by: str
    changed_at: datetime
    callsign: str | None = None
    visit_id: str | None = None
    fact: str | None = None
    seen_at: datetime | None = None
    state: TemporaryState = Field(sa_column=Column(code_type(TemporaryState, "temporary_state"), nullable=False))
    version: int
    expired_at: datetime | None = None
    ended_at: datetime | None = None
    because: TemporaryEnd | None = Field(
        default=None, sa_column=Column(code_type(TemporaryEnd, "temporary_end"), nullable=True)
    )
    ended_reason: str | None = None


class KeptMedium(SQLModel, table=True):
    """A photograph, plan or scan of a visit that may be seen; its bytes are with the service of visits."""

    __tablename__ = "media"
    __table_args__ = RISK_REGISTER

    visit_id: str = Field(primary_key=True)
    sha256: str = Field(primary_key=True)
    mime: str
    size: int
    caption: str | None = None
    floor: str | None = None
    scanned: bool
    received_at: datetime
    pin_plan: str | None = None
    pin_x: float | None = None
    pin_y: float | None = None
