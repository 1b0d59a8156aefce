"""The tables of quality: who is competent to lead visits, and the published visits that are checked."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from services.risk_register.tables.records import RISK_REGISTER
from services.shared.tables import json_column


class KeptCompetence(SQLModel, table=True):
    """From when until when somebody is competent to lead visits; withdrawn at most, never changed, never deleted."""

    __tablename__ = "competences"
    __table_args__ = (Index("competences_of_person", "person_key", "until_on"), RISK_REGISTER)

    competence_id: str = Field(primary_key=True)
    person: str
    person_key: str
    from_on: date
    until_on: date
    basis: str
    entered_by: str
    entered_at: datetime
    withdrawn_on: date | None = None
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = None
    withdrawn_reason: str | None = None


class KeptQualityCheck(SQLModel, table=True):
    """A published visit that was drawn for a check of its quality: why, who may not score it, and how it was scored."""

    __tablename__ = "quality_checks"
    __table_args__ = (
        Index("quality_checks_waiting", "published_at", "visit_id", postgresql_where=text("state = 'WAITING'")),
        Index(
            "quality_checks_scored",
            text("published_at DESC"),
            "visit_id",
            postgresql_where=text("state = 'SCORED'"),
        ),
        RISK_REGISTER,
    )

    visit_id: str = Field(primary_key=True)
    premises_id: str
    station: str
    visited_on: date
    published_at: datetime
    at_random: bool
    not_competent: bool
    authors: list[str] = Field(sa_column=json_column())
    crew: list[str] = Field(sa_column=json_column())
    reviewers: list[str] = Field(sa_column=json_column())
    state: str
    version: int
    answers: dict[str, Any] = Field(sa_column=json_column())
    findings: dict[str, Any] = Field(sa_column=json_column())
    points_right: int
    points_asked: int
    scored_by: str | None = None
    scored_at: datetime | None = None
