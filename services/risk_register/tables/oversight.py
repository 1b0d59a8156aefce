"""The tables of oversight: review dates, the premises of the gazetteer, the rules for what ought to have a record."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Index, text
from sqlmodel import Field, SQLModel

from services.risk_register.tables.records import RISK_REGISTER
from services.shared.tables import json_column


class KeptReviewDate(SQLModel, table=True):
    """When the published record of a premises must be seen again: as much of it as the list of what is due needs."""

    __tablename__ = "review_dates"
    __table_args__ = (
        Index(
            "review_dates_in_order",
            text("effective_level DESC NULLS LAST"),
            text("review_due_on NULLS FIRST"),
            "premises_id",
        ),
        RISK_REGISTER,
    )

    premises_id: str = Field(primary_key=True)
    name: str
    address: str
    postcode: str
    station: str
    base_level: int | None = None
    effective_level: int | None = None
    visited_on: date | None = None
    review_due_on: date | None = None
    stale_on: date | None = None


class KnownPremises(SQLModel, table=True):
    """One entry of the gazetteer as it was listed; of a building also its addresses and the rule it falls under.

    `addresses` counts them by class (none: it is no building, or not in use); `rule` is by which it ought to have a
    record, `has_record` whether one is published.
    """

    __tablename__ = "known_premises"
    __table_args__ = (
        Index("known_premises_of_building", "parent_id", postgresql_where=text("parent_id IS NOT NULL")),
        Index(
            "known_premises_missing",
            text("expected_level DESC"),
            text("units DESC"),
            "premises_id",
            postgresql_include=["rule", "station"],
            postgresql_where=text("rule IS NOT NULL AND NOT has_record"),
        ),
        RISK_REGISTER,
    )

    premises_id: str = Field(primary_key=True)
    generation: int = Field(sa_column=Column(BigInteger, nullable=False))
    name: str
    address: str
    postcode: str
    parent_id: str | None = None
    classification: str
    easting: float | None = None
    northing: float | None = None
    in_use: bool
    station: str
    addresses: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    units: int = 0
    rule: str | None = None
    expected_level: int | None = None
    has_record: bool = False


class KeptGapRules(SQLModel, table=True):
    """A table of rules for what ought to have a record, as it was adopted; never changed, never deleted."""

    __tablename__ = "gap_rules"
    __table_args__ = RISK_REGISTER

    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    rules: list[dict[str, Any]] = Field(sa_column=json_column())
    adopted_by: str
    adopted_at: datetime
    reason: str


class KeptFireSafety(SQLModel, table=True):
    """What Protection said last of a building, whether or not there is a record of it."""

    __tablename__ = "fire_safety"
    __table_args__ = RISK_REGISTER

    premises_id: str = Field(primary_key=True)
    revision: int
    fire_safety: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    heard_at: datetime
