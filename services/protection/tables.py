"""The tables of Protection: premises as listed, notices, audits, incidents, what was said, and what was fed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Identity, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from services.shared.tables import json_column

SCHEMA = {"schema": "protection"}


class ListedPremises(SQLModel, table=True):
    """One entry of the gazetteer as it was listed; `words` is what it is found by."""

    __tablename__ = "premises"
    __table_args__ = (
        Index("protection_premises_parts", "parent_id", postgresql_where=text("parent_id IS NOT NULL")),
        Index("protection_premises_words", text("to_tsvector('simple', words)"), postgresql_using="gin"),
        SCHEMA,
    )

    premises_id: str = Field(primary_key=True)
    generation: int = Field(sa_column=Column(BigInteger, nullable=False))
    name: str
    address: str
    postcode: str
    parent_id: str | None = None
    in_use: bool
    words: str


class KeptNotice(SQLModel, table=True):
    """A notice, in force or lifted; never deleted."""

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("source", "reference"),
        Index("notices_of_premises", "premises_id"),
        Index("notices_in_force", "until_on", "notice_id", postgresql_where=text("state = 'IN_FORCE'")),
        SCHEMA,
    )

    notice_id: str = Field(primary_key=True)
    source: str
    reference: str
    premises_id: str
    kind: str
    from_on: date
    until_on: date | None = None
    restricts: str
    served_on: str
    entered_by: str
    entered_at: datetime
    changed_by: str
    changed_at: datetime
    state: str
    version: int
    ended_on: date | None = None
    because: str | None = None
    ended_reason: str | None = None
    fed: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))


class KeptAudit(SQLModel, table=True):
    """A fire safety audit with its summary for firefighters."""

    __tablename__ = "audits"
    __table_args__ = (
        UniqueConstraint("source", "reference"),
        Index("audits_of_premises", "premises_id", "audited_on"),
        Index("audits_newest", text("audited_on DESC"), "audit_id"),
        Index(
            "audits_without_summary",
            text("audited_on DESC"),
            "audit_id",
            postgresql_where=text("summary = '[]' AND withdrawn_reason IS NULL"),
        ),
        SCHEMA,
    )

    audit_id: str = Field(primary_key=True)
    source: str
    reference: str
    premises_id: str
    kind: str
    audited_on: date
    result: str
    summary: list[str] = Field(sa_column=json_column())
    entered_by: str
    entered_at: datetime
    changed_by: str
    changed_at: datetime
    version: int
    withdrawn_reason: str | None = None
    fed: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))


class KeptIncident(SQLModel, table=True):
    """An incident: when, where, and whether it was a fire."""

    __tablename__ = "incidents"
    __table_args__ = (
        UniqueConstraint("source", "reference"),
        Index("incidents_of_premises", "premises_id", "happened_on"),
        Index("incidents_fires", text("happened_on DESC"), "incident_id", postgresql_where=text("kind = 'FIRE'")),
        SCHEMA,
    )

    incident_id: str = Field(primary_key=True)
    source: str
    reference: str
    premises_id: str
    kind: str
    happened_on: date
    changed_by: str
    changed_at: datetime
    fed: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))


class SaidOfBuilding(SQLModel, table=True):
    """What was last said of a building, and the day on which something else is to be said."""

    __tablename__ = "said"
    __table_args__ = (Index("said_changes", "changes_on", postgresql_where=text("changes_on IS NOT NULL")), SCHEMA)

    premises_id: str = Field(primary_key=True)
    revision: int
    fire_safety: dict[str, Any] = Field(sa_column=json_column())
    changes_on: date | None = None


class KeptLoad(SQLModel, table=True):
    """A file or a message of lines that was fed: who, when, from where, and what became of its lines."""

    __tablename__ = "loads"
    __table_args__ = (Index("loads_newest", text("at DESC"), "load_id"), SCHEMA)

    load_id: str = Field(primary_key=True)
    kind: str
    source: str
    name: str
    by: str
    at: datetime
    new: int
    changed: int
    same: int
    refused: int


class RefusedLine(SQLModel, table=True):
    """A line that was refused, as it came, with what is wrong with it; kept until it is mended or set aside."""

    __tablename__ = "refused_lines"
    __table_args__ = (
        Index("refused_waiting", "number", postgresql_where=text("settled_at IS NULL")),
        Index("refused_of", "kind", "source", "reference", postgresql_where=text("settled_at IS NULL")),
        SCHEMA,
    )

    number: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    load_id: str
    kind: str
    source: str
    reference: str
    line: int
    fields: dict[str, Any] = Field(sa_column=json_column())
    reasons: list[dict[str, Any]] = Field(sa_column=json_column())
    refused_at: datetime
    settled_at: datetime | None = None
    settled_by: str | None = None
    settled_reason: str | None = None
