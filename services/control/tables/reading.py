"""The tables of reading: who opened which record, and which watch is asked to have read it."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Identity, Index, Text, text
from sqlmodel import Field, SQLModel

from services.control.tables.records import CONTROL
from services.shared.tables import json_column


class RecordRead(SQLModel, table=True):
    """Who looked at which revision of a record, when, what for and from where (None: not kept at that time)."""

    __tablename__ = "reads"
    __table_args__ = (
        Index("reads_premises", "premises_id", "at"),
        Index("reads_who", "who", "at"),
        Index("reads_at", "at"),
        CONTROL,
    )

    number: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    premises_id: str
    revision: int
    who: str
    roles: str
    station: str | None = None
    purpose: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime
    correlation_id: str
    channel: str | None = None


class ReadingOwed(SQLModel, table=True):
    """One watch of one station that is asked to have read a record as it was shown in one revision.

    `because` are the codes of what changed; `ended_at` is when a newer ask took its place, or the record needed none.
    """

    __tablename__ = "to_read"
    __table_args__ = (
        Index(
            "to_read_owed",
            "station",
            "watch",
            "due_at",
            postgresql_where=text("acknowledged_at IS NULL AND ended_at IS NULL"),
        ),
        Index("to_read_due", "due_at"),
        CONTROL,
    )

    premises_id: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    station: str = Field(primary_key=True)
    watch: str = Field(primary_key=True)
    version: int
    level: int
    because: list[str] = Field(sa_column=json_column())
    asked_at: datetime
    due_at: datetime
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    acknowledged_from: str | None = None
    acknowledged_version: int | None = None
    ended_at: datetime | None = None
    ended_because: str | None = None
