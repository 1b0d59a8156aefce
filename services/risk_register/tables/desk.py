"""The tables of the desk: a reviewer's own filters, when they looked at what, and notes between reviewers."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from services.risk_register.tables.records import RISK_REGISTER
from services.shared.tables import json_column


class KeptFilter(SQLModel, table=True):
    """How one reviewer narrows the queue, under a name of their own."""

    __tablename__ = "saved_filters"
    __table_args__ = (Index("saved_filters_of_person", "person", text("lower(name)"), unique=True), RISK_REGISTER)

    filter_id: str = Field(primary_key=True)
    person: str
    name: str
    wanted: dict[str, Any] = Field(sa_column=json_column())
    saved_at: datetime


class KeptLook(SQLModel, table=True):
    """When a reviewer looked last at a visit, or at the queue as a whole."""

    __tablename__ = "looks"
    __table_args__ = RISK_REGISTER

    person: str = Field(primary_key=True)
    what: str = Field(primary_key=True)
    at: datetime


class KeptNote(SQLModel, table=True):
    """A note of one reviewer for the others; taken back, its words are gone and that there was one stays."""

    __tablename__ = "review_notes"
    __table_args__ = (Index("review_notes_of_visit", "visit_id", "at"), RISK_REGISTER)

    note_id: str = Field(primary_key=True)
    visit_id: str
    by: str
    at: datetime
    words: str | None = None
    taken_back_by: str | None = None
    taken_back_at: datetime | None = None
