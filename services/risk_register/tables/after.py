"""The tables of what is found after incidents, of the actions on it, and of tactical plans."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from services.risk_register.tables.records import RISK_REGISTER
from services.shared.tables import json_column


class KeptQuestion(SQLModel, table=True):
    """A question after an incident: who was asked and since when; open until it is answered."""

    __tablename__ = "debriefs"
    __table_args__ = (
        Index("debriefs_open", "asked_at", "debrief_id", postgresql_where=text("answered_at IS NULL")),
        RISK_REGISTER,
    )

    debrief_id: str = Field(primary_key=True)
    premises_id: str
    called: str
    incident_no: str
    asked_of: str
    station: str | None = None
    callsign: str | None = None
    asked_by: str
    asked_at: datetime
    answered_at: datetime | None = None


class KeptDebriefAnswer(SQLModel, table=True):
    """What was said after an incident and what became of it; kept for good."""

    __tablename__ = "debrief_answers"
    __table_args__ = (
        Index("debrief_answers_of_premises", "premises_id", text("answered_at DESC")),
        Index(
            "debrief_answers_waiting",
            text("is_critical DESC"),
            "due_at",
            "answer_id",
            postgresql_where=text("state = 'WAITING'"),
        ),
        Index("debrief_answers_in_order", "state", text("changed_at DESC"), "answer_id"),
        RISK_REGISTER,
    )

    answer_id: str = Field(primary_key=True)
    premises_id: str
    called: str
    incident_no: str
    asked_of: str
    is_right: bool
    was_right: str
    findings: list[dict[str, Any]] = Field(sa_column=json_column())
    is_critical: bool
    answered_by: str
    answered_at: datetime
    state: str
    version: int
    changed_by: str
    changed_at: datetime
    station: str | None = None
    callsign: str | None = None
    record_version: int | None = None
    due_at: datetime | None = None
    reason: str | None = None


class KeptTacticalPlan(SQLModel, table=True):
    """The tactical plan of a record: its words, who answers for them, and when it was and must be reviewed."""

    __tablename__ = "tactical_plans"
    __table_args__ = (
        Index("tactical_plans_due", "review_due_on", "premises_id", postgresql_where=text("is_held")),
        Index("tactical_plans_waiting", "premises_id", postgresql_where=text("proposal IS NOT NULL")),
        RISK_REGISTER,
    )

    premises_id: str = Field(primary_key=True)
    words: dict[str, str] = Field(sa_column=json_column())
    author: str
    approved_by: str
    second_approved_by: str | None = None
    written_at: datetime
    reviewed_on: date
    reviewed_by: str
    review_due_on: date
    base_level: int | None = None
    version: int
    is_held: bool
    proposal: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))


class KeptAction(SQLModel, table=True):
    """What somebody must do about a premises, by when; kept for good."""

    __tablename__ = "actions"
    __table_args__ = (
        Index("actions_open", "due_on", "action_id", postgresql_where=text("state = 'OPEN'")),
        Index("actions_of_premises", "premises_id", postgresql_where=text("state = 'OPEN'")),
        Index("actions_of_answer", "answer_id", postgresql_where=text("answer_id IS NOT NULL")),
        Index("actions_closed", "state", text("changed_at DESC"), "action_id"),
        RISK_REGISTER,
    )

    action_id: str = Field(primary_key=True)
    premises_id: str
    called: str
    what: str
    owner: str
    owner_key: str
    due_on: date
    raised_by: str
    raised_at: datetime
    changed_by: str
    changed_at: datetime
    state: str
    version: int
    answer_id: str | None = None
    incident_no: str | None = None
    reason: str | None = None
