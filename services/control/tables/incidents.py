"""Incidents, what is asked and answered after them, and what was said of the persons at risk."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, Text, text
from sqlmodel import Field, SQLModel

from services.shared.tables import json_column

CONTROL = {"schema": "control"}


class KeptDebrief(SQLModel, table=True):
    """A question after an incident: whether the risk information was right; open until somebody has answered."""

    __tablename__ = "debriefs"
    __table_args__ = (
        Index("debriefs_open", "asked_of", "station", "asked_at", postgresql_where=text("answered_at IS NULL")),
        CONTROL,
    )

    debrief_id: str = Field(primary_key=True)
    asked_of: str
    station: str | None = None
    asked_at: datetime
    answered_at: datetime | None = None
    asked: dict[str, Any] = Field(sa_column=json_column())


class KeptDebriefAnswer(SQLModel, table=True):
    """What somebody answered after an incident, once however often it was sent."""

    __tablename__ = "debrief_answers"
    __table_args__ = CONTROL

    answer_id: str = Field(primary_key=True)
    answered_at: datetime
    answer: dict[str, Any] = Field(sa_column=json_column())


class IncidentRow(SQLModel, table=True):
    """One incident: what was given of its place, who was sent, and the premises it is taken to be at."""

    __tablename__ = "incidents"
    __table_args__ = (
        Index("incidents_open", text("opened_at DESC"), "incident_no", postgresql_where=text("closed_at IS NULL")),
        Index(
            "incidents_closed", text("closed_at DESC"), "incident_no", postgresql_where=text("closed_at IS NOT NULL")
        ),
        CONTROL,
    )

    incident_no: str = Field(primary_key=True)
    given: dict[str, Any] = Field(sa_column=json_column())
    callsigns: list[str] = Field(sa_column=json_column())
    premises_id: str | None = None
    opened_at: datetime
    opened_by: str
    changed_at: datetime
    changed_by: str
    closed_at: datetime | None = None


class PersonsAtRiskEntry(SQLModel, table=True):
    """One thing that an operator said of one fire survival call: never changed, so that every answer stays.

    `position` counts the entries of an incident as they came in, from 1.
    """

    __tablename__ = "persons_at_risk"
    __table_args__ = (Index("persons_at_risk_once", "incident_no", "entry_id", unique=True), CONTROL)

    incident_no: str = Field(primary_key=True)
    position: int = Field(primary_key=True)
    entry_id: str
    caller_id: str
    field: str
    value: str = Field(sa_column=Column(Text, nullable=False))
    based_on: list[str] = Field(sa_column=json_column())
    author: str
    said_at: datetime
    received_at: datetime
