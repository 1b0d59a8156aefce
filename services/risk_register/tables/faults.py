"""The tables of what comes from responsible persons, and of what was done to each temporary risk."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from services.risk_register.tables.records import RISK_REGISTER
from services.shared.tables import KeyRow, json_column, numbered_column


class KeptAnswering(SQLModel, table=True):
    """That an account answers for a premises; kept when it has ended, too."""

    __tablename__ = "answering"
    __table_args__ = (
        Index(
            "answering_now",
            "account_key",
            "premises_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        RISK_REGISTER,
    )

    answering_id: str = Field(primary_key=True)
    account: str
    account_key: str
    organisation: str
    premises_id: str
    given_by: str
    given_at: datetime
    ended_by: str | None = None
    ended_at: datetime | None = None
    ended_reason: str | None = None


class KeptFault(SQLModel, table=True):
    """A fault that a responsible person reported; its contact is sealed. Removed 13 months after its repair."""

    __tablename__ = "faults"
    __table_args__ = (
        Index("faults_of_account", "account_key", "received_at"),
        Index("faults_by_reference", "account_key", "reference_key", unique=True),
        Index("faults_open", "since", "number", postgresql_where=text("closed_at IS NULL")),
        Index("faults_closed", "closed_at", postgresql_where=text("closed_at IS NOT NULL")),
        Index("faults_of_risk", "risk_id", postgresql_where=text("closed_at IS NULL")),
        RISK_REGISTER,
    )

    number: str = Field(primary_key=True)
    account_key: str
    organisation: str
    reference: str
    reference_key: str
    premises_id: str
    kind: str
    location: str
    since: datetime
    expected_on: date | None = None
    received_at: datetime
    content_mark: str
    contact: dict[str, Any] = Field(sa_column=json_column())
    risk_id: str
    repaired_at: datetime | None = None
    closed_at: datetime | None = None


class KeptTemporaryChange(SQLModel, table=True):
    """What was once done to a temporary risk, and why; removed with it."""

    __tablename__ = "temporary_changes"
    __table_args__ = (Index("temporary_changes_of_risk", "risk_id", "number"), RISK_REGISTER)

    number: int | None = Field(default=None, sa_column=numbered_column())
    risk_id: str
    action: str
    by: str
    at: datetime
    why: str
    until: date


class FaultKey(KeyRow, table=True):
    """A data key of a contact that came with a fault."""

    __tablename__ = "sealing_keys"
    __table_args__ = RISK_REGISTER
