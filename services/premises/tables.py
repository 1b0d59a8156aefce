"""The tables of premises: the gazetteer as loaded, what was learnt, and what was decided about each visit."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Identity, Index, LargeBinary, Text, text
from sqlmodel import Field, SQLModel

from services.shared.tables import json_column

SCHEMA = {"schema": "premises"}


def _generation() -> Column[Any]:
    return Column(BigInteger, nullable=False)


class Premises(SQLModel, table=True):
    """One entry of the gazetteer. Metres on EPSG:27700; `generation` is the change that last touched it."""

    __tablename__ = "premises"
    __table_args__ = (
        Index("premises_generation", "generation", "premises_id"),
        Index("premises_place", "easting", "northing"),
        SCHEMA,
    )

    premises_id: str = Field(primary_key=True)
    name: str
    address: str
    postcode: str
    easting: float | None = None
    northing: float | None = None
    parent_id: str | None = None
    classification: str | None = None
    logical_status: int
    source: str
    attributes: dict[str, Any] = Field(sa_column=json_column())
    generation: int = Field(sa_column=_generation())


class PostcodePoint(SQLModel, table=True):
    """A postcode and its point."""

    __tablename__ = "postcodes"
    __table_args__ = SCHEMA

    postcode: str = Field(primary_key=True)
    easting: float
    northing: float
    source: str


class LoadedArea(SQLModel, table=True):
    """An area of one kind (station_ground, district, ward, service, neighbour); its shape as WKB in EPSG:27700."""

    __tablename__ = "areas"
    __table_args__ = SCHEMA

    kind: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    name: str
    shape: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    source: str


class Station(SQLModel, table=True):
    """A fire station and where it stands."""

    __tablename__ = "stations"
    __table_args__ = SCHEMA

    station_id: str = Field(primary_key=True)
    name: str
    easting: float
    northing: float
    source: str


class LearntName(SQLModel, table=True):
    """Another name for a premises, learnt from a person's decision; undone, never deleted."""

    __tablename__ = "aliases"
    __table_args__ = (Index("aliases_generation", "generation"), SCHEMA)

    alias_id: UUID = Field(primary_key=True)
    premises_id: str
    name: str
    former: bool
    visit_id: str
    learnt_by: str
    learnt_at: datetime
    undone_by: str | None = None
    undone_at: datetime | None = None
    generation: int = Field(sa_column=_generation())


class Decision(SQLModel, table=True):
    """What was decided about the address of one visit, by the matcher or by a person, and on what evidence.

    The visit itself is kept only while somebody may still have to place it, or to take back where they placed it.
    `gravity` is how little it can wait, by rules.gravity; `reviewed` is where the register says its review stands.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        Index(
            "decisions_waiting",
            text("gravity DESC"),
            "received_at",
            "visit_id",
            postgresql_where=text("state = 'needs-person'"),
        ),
        Index("decisions_decided", "decided_at"),
        SCHEMA,
    )

    visit_id: str = Field(primary_key=True)
    state: str
    outcome: str
    precision: str
    reason: str
    score: float
    premises_id: str | None = None
    evidence: list[dict[str, Any]] = Field(sa_column=json_column())
    candidates: list[dict[str, Any]] = Field(sa_column=json_column())
    place: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    written: str = Field(sa_column=Column(Text, nullable=False))
    fix: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    station: str
    received_at: datetime
    visit: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    private: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    sent_by: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    decided_by: str
    decided_at: datetime
    note: str = Field(default="", sa_column=Column(Text, nullable=False))
    version: int
    gravity: int = 0
    reviewed: str | None = None
    correlation_id: str
    event_id: UUID | None = None


class Generation(SQLModel, table=True):
    """The one row that counts changes of the reference data, so that every process knows when to read again.

    `number` counts changes; `announced` is how far processes are asked to read; `whole_from` and `areas_from`
    are the changes since which everything, or the areas, must be read anew.
    """

    __tablename__ = "gazetteer_generation"
    __table_args__ = SCHEMA

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int = Field(sa_column=_generation())
    announced: int = Field(sa_column=_generation())
    whole_from: int = Field(sa_column=_generation())
    areas_from: int = Field(sa_column=_generation())
    changed_at: datetime


class Listing(SQLModel, table=True):
    """The one row that says how far the gazetteer has been listed: up to this premises of this change."""

    __tablename__ = "listing"
    __table_args__ = SCHEMA

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    generation: int = Field(sa_column=_generation())
    premises_id: str
    listed_at: datetime


class Load(SQLModel, table=True):
    """One load of a reference file: what came of it, and which rows were refused and why."""

    __tablename__ = "loads"
    __table_args__ = SCHEMA

    number: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    kind: str
    file: str
    source: str
    loaded: int
    updated: int
    unchanged: int
    refused: int
    refusals: list[dict[str, Any]] = Field(sa_column=json_column())
    loaded_by: str
    loaded_at: datetime
