"""Hydrants and plans for wide-area events by the files of others, and what is kept of those files."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Double, Identity, Index, text
from sqlalchemy.types import UserDefinedType
from sqlmodel import Field, SQLModel

from services.shared.tables import json_column

CONTROL = {"schema": "control"}
# The numbers of the hydrants that a record names, whatever their case and blanks.
HYDRANTS_NAMED = (
    """(replace(lower(jsonb_path_query_array(record, '$.**.hydrants[*].asset_id')::text), ' ', '')::jsonb)"""
)


class Ring(UserDefinedType[str]):
    """PostgreSQL's polygon: one closed line, without holes."""

    cache_ok = True

    def get_col_spec(self, **options: Any) -> str:
        """Return the name of the type in SQL."""
        return "polygon"


class SourceFile(SQLModel, table=True):
    """The last file of a source: what is held of it is what that file said. `dated_on` is the day it tells of."""

    __tablename__ = "source_files"
    __table_args__ = CONTROL

    kind: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    name: str
    dated_on: date
    loaded_at: datetime
    loaded_by: str
    held: int
    came: int
    changed: int
    went: int
    refused: int


class RefusedItem(SQLModel, table=True):
    """A line or area of the last file of a source that was not taken, as it came, with what is wrong with it."""

    __tablename__ = "refused_items"
    __table_args__ = (Index("refused_items_of", "kind", "source", "item"), CONTROL)

    number: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    kind: str
    source: str
    item: int
    reference: str
    fields: dict[str, Any] = Field(sa_column=json_column())
    reasons: list[Any] = Field(sa_column=json_column())


class HydrantRow(SQLModel, table=True):
    """One hydrant of a water undertaker's file. Easting and northing are metres on EPSG:27700."""

    __tablename__ = "hydrants"
    __table_args__ = (Index("hydrants_place", text("point(easting, northing)"), postgresql_using="gist"), CONTROL)

    source: str = Field(primary_key=True)
    asset_id: str = Field(primary_key=True)
    easting: float = Field(sa_column=Column(Double, nullable=False))
    northing: float = Field(sa_column=Column(Double, nullable=False))
    kind: str
    main_mm: int | None = None
    flow_lpm: int | None = None
    state: str
    tested_on: date | None = None
    location: str


class AreaPlanRow(SQLModel, table=True):
    """A plan for a wide-area event; `area_mark` tells whether its area is still the same."""

    __tablename__ = "area_plans"
    __table_args__ = (Index("area_plans_review", "review_due_on", "reference"), CONTROL)

    source: str = Field(primary_key=True)
    reference: str = Field(primary_key=True)
    kind: str
    document: str
    owner: str
    partners: list[str] = Field(sa_column=json_column())
    review_due_on: date
    area_mark: str


class AreaRing(SQLModel, table=True):
    """One ring of a plan's area, in metres on EPSG:27700: a place within an odd number of them lies in the area."""

    __tablename__ = "area_rings"
    __table_args__ = (
        Index("area_rings_place", text("box(ring)"), postgresql_using="gist"),
        Index("area_rings_of", "source", "reference"),
        CONTROL,
    )

    number: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    source: str
    reference: str
    ring: str = Field(sa_column=Column(Ring, nullable=False))
