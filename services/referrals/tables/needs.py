"""The tables of consented needs, which hold no word about a person that is not sealed."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from services.referrals.tables.cases import SAFEGUARDING
from services.shared.tables import json_column


class ConsentedNeed(SQLModel, table=True):
    """What one visit told, or a person entered, of the help that people of one flat need, as consent stands.

    The facts are sealed, and gone once consent is; `unit_mark` finds the flat again without naming it. `premises_id`
    is the building. Every row stays as a mark of when consent was given, withdrawn or not given.
    """

    __tablename__ = "needs"
    __table_args__ = (
        Index("needs_of_premises", "premises_id", "unit_mark", "as_of"),
        Index("needs_to_remove", "remove_at", postgresql_where=text("state = 'GIVEN'")),
        Index("needs_to_review", "review_due_on", postgresql_where=text("state = 'GIVEN' AND review_noted_at IS NULL")),
        SAFEGUARDING,
    )

    visit_id: str = Field(primary_key=True)
    unit_mark: str = Field(primary_key=True)
    id: UUID
    premises_id: str
    state: str
    as_of: datetime
    remove_at: datetime | None = None
    facts: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    changed_at: datetime
    changed_by: str
    review_due_on: date | None = None
    review_noted_at: datetime | None = None


class NeedsBuilding(SQLModel, table=True):
    """A building of which something is held: how many flats agreed, and when the first of them must be asked again."""

    __tablename__ = "buildings"
    __table_args__ = (Index("buildings_by_review", "review_due_on", "premises_id"), SAFEGUARDING)

    premises_id: str = Field(primary_key=True)
    flats: int
    review_due_on: date
