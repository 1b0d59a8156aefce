"""The tables of control: what is shown of each premises, all that ever was, and who looked at it."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Double, Identity, Index, Text, text
from sqlmodel import Field, SQLModel

from services.shared.tables import json_column

CONTROL = {"schema": "control"}
# What is written is in the index at once, so that no search waits for another's tidying up.
AT_ONCE = {"fastupdate": "off"}


class ShownRecord(SQLModel, table=True):
    """What is shown of one premises now. Easting and northing are metres on EPSG:27700."""

    __tablename__ = "shown"
    __table_args__ = (
        Index(
            "shown_words",
            text("to_tsvector('simple', search_text)"),
            postgresql_using="gin",
            postgresql_with=AT_ONCE,
        ),
        Index("shown_place", text("point(easting, northing)"), postgresql_using="gist"),
        Index("shown_lately", "shown_at"),
        Index("shown_unverified", "shown_at", postgresql_where=text("unverified > 0")),
        CONTROL,
    )

    premises_id: str = Field(primary_key=True)
    revision: int
    version: int
    name: str
    address: str
    postcode: str
    search_text: str = Field(sa_column=Column(Text, nullable=False))
    easting: float = Field(sa_column=Column(Double, nullable=False))
    northing: float = Field(sa_column=Column(Double, nullable=False))
    level: int | None = None
    base_level: int | None = None
    unverified: int
    because_of_visit: str | None = None
    record: dict[str, Any] = Field(sa_column=json_column())
    shown_at: datetime


class SearchWord(SQLModel, table=True):
    """A word that some record can be found by: what a slip of the keyboard is compared with."""

    __tablename__ = "words"
    __table_args__ = (
        Index(
            "words_spelling",
            "word",
            postgresql_using="gin",
            postgresql_ops={"word": "gin_trgm_ops"},
            postgresql_with=AT_ONCE,
        ),
        CONTROL,
    )

    word: str = Field(primary_key=True)


class ShownRevision(SQLModel, table=True):
    """One revision of a record as it was shown from a moment on: never changed, so that it can be proved."""

    __tablename__ = "shown_history"
    __table_args__ = (Index("shown_history_time", "premises_id", "shown_at"), CONTROL)

    premises_id: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    version: int
    level: int | None = None
    unverified: int
    because_of_visit: str | None = None
    record: dict[str, Any] = Field(sa_column=json_column())
    shown_at: datetime


class RecordRead(SQLModel, table=True):
    """Who looked at which revision of a record, when and what for."""

    __tablename__ = "reads"
    __table_args__ = (
        Index("reads_premises", "premises_id", "at"),
        Index("reads_who", "who", "at"),
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


class NeedsShown(SQLModel, table=True):
    """Who needs help to get out of a building, from a moment on: sealed, and unreadable once anybody has withdrawn."""

    __tablename__ = "needs"
    __table_args__ = (
        Index("needs_once", "key_id", unique=True),
        Index("needs_premises", "premises_id", "changed_at", "number"),
        CONTROL,
    )

    number: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    premises_id: str
    key_id: str
    changed_at: datetime
    shown_at: datetime
    sealed: dict[str, Any] = Field(sa_column=json_column())
