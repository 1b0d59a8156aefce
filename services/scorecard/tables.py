"""The tables of the scorecard: each visit and where it stands, each open referral and when it was taken in hand."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

SCHEMA = {"schema": "scorecard"}


class MeasuredVisit(SQLModel, table=True):
    """One visit: its state now, and when it reached what is measured."""

    __tablename__ = "visits"
    __table_args__ = (Index("visits_by_state", "state", "state_at"), SCHEMA)

    visit_id: str = Field(primary_key=True)
    station: str | None = None
    state: str
    state_at: datetime
    submitted_at: datetime | None = None
    located_at: datetime | None = None
    shown_at: datetime | None = None
    finished_at: datetime | None = None


class MeasuredReferral(SQLModel, table=True):
    """One referral of the open streams: when it was raised, and when its desk took it in hand."""

    __tablename__ = "referrals"
    __table_args__ = SCHEMA

    referral_id: str = Field(primary_key=True)
    visit_id: str
    kind: str
    raised_at: datetime | None = None
    acknowledge_by: datetime | None = None
    acknowledged_at: datetime | None = None


class KeptDebrief(SQLModel, table=True):
    """Whether the risk information was right, as one who was at an incident says."""

    __tablename__ = "debriefs"
    __table_args__ = SCHEMA

    answer_id: str = Field(primary_key=True)
    is_right: bool
    answered_at: datetime


class KeptQuality(SQLModel, table=True):
    """What the check of a visit's quality found, as it was last said; one that was reopened has no result."""

    __tablename__ = "quality_checks"
    __table_args__ = SCHEMA

    visit_id: str = Field(primary_key=True)
    points_right: int
    points_asked: int
    at_random: bool
    is_reopened: bool
    checked_at: datetime
