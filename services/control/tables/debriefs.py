"""The tables of what is asked and answered after an incident."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
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
