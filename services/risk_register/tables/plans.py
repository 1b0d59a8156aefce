"""The tables of visit plans: what each watch can do, the plan of a station and month, its lines and changes."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from services.risk_register.tables.records import RISK_REGISTER
from services.shared.tables import json_column


class KeptCapacities(SQLModel, table=True):
    """How many visits each watch of each station can make in a month, as it was set; never changed, never deleted."""

    __tablename__ = "plan_capacities"
    __table_args__ = RISK_REGISTER

    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    stations: dict[str, Any] = Field(sa_column=json_column())
    set_by: str
    set_at: datetime
    reason: str


class KeptPlan(SQLModel, table=True):
    """The visit plan of one station for one month; `month` is its first day."""

    __tablename__ = "plans"
    __table_args__ = (Index("plans_of_month", "month", "station"), RISK_REGISTER)

    station: str = Field(primary_key=True)
    month: date = Field(primary_key=True)
    version: int = 0
    proposed_by: str | None = None
    proposed_at: datetime | None = None
    published_by: str | None = None
    published_at: datetime | None = None


class KeptPlanLine(SQLModel, table=True):
    """One premises in a plan; only what was proposed, and nobody changed or asked of a crew, is ever taken away."""

    __tablename__ = "plan_lines"
    __table_args__ = (
        Index(
            "plan_lines_open",
            "premises_id",
            "month",
            postgresql_where=text("is_in AND visited_at IS NULL"),
        ),
        Index("plan_lines_out", "premises_id", "month", postgresql_where=text("NOT is_in")),
        Index("plan_lines_visited", "visit_id", postgresql_where=text("visit_id IS NOT NULL")),
        Index("plan_lines_of_month", "month", "station"),
        RISK_REGISTER,
    )

    station: str = Field(primary_key=True)
    month: date = Field(primary_key=True)
    premises_id: str = Field(primary_key=True)
    premises: dict[str, Any] = Field(sa_column=json_column())
    why: str
    level: int | None = None
    due_on: date | None = None
    units: int
    reason: str
    proposed_watch: str | None = None
    watch: str
    planned_at: datetime
    is_in: bool
    put_off_until: date | None = None
    is_adjusted: bool
    ask_id: str | None = None
    visit_id: str | None = None
    visited_at: datetime | None = None


class KeptAdjustment(SQLModel, table=True):
    """What a person changed in a plan, why, and who took it back; never deleted."""

    __tablename__ = "plan_adjustments"
    __table_args__ = (Index("plan_adjustments_of_plan", "station", "month", "made_at"), RISK_REGISTER)

    adjustment_id: str = Field(primary_key=True)
    station: str
    month: date
    premises_id: str
    change: str
    reason: str
    made_by: str
    made_at: datetime
    watch: str | None = None
    until: date | None = None
    undone_by: str | None = None
    undone_at: datetime | None = None
