"""The tables of the plumbing, in the schema `platform`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Identity, Index, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import UserDefinedType
from sqlmodel import Field, SQLModel

PLATFORM = {"schema": "platform"}


class TransactionId(UserDefinedType[int]):
    """PostgreSQL's 64-bit transaction id."""

    cache_ok = True

    def get_col_spec(self, **options: Any) -> str:
        """Return the name of the type in SQL."""
        return "xid8"


def json_column(*, nullable: bool = False) -> Column[Any]:
    """Return a fresh JSONB column."""
    return Column(JSONB(none_as_null=True), nullable=nullable)


class SaidEvent(SQLModel, table=True):
    """One line of the event log: never changed, never deleted; an `urgent` one is heard first by who is behind."""

    __tablename__ = "event_log"
    __table_args__ = (
        Index("event_log_topic", "topic", "position"),
        Index("event_log_said_at", "said_at"),
        Index("event_log_event_id", "event_id"),
        Index("event_log_urgent", "position", postgresql_where=text("urgent")),
        PLATFORM,
    )

    position: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    topic: str
    key: str
    event_id: UUID
    type: str
    source: str
    correlation_id: str
    caused_by: UUID | None = None
    only_for: str | None = None
    payload: dict[str, Any] = Field(sa_column=json_column())
    occurred_at: datetime
    said_at: datetime
    urgent: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=text("false")))
    transaction_id: int | None = Field(
        default=None,
        sa_column=Column(TransactionId(), nullable=False, server_default=text("pg_current_xact_id()")),
    )


class CursorPosition(SQLModel, table=True):
    """How far a reader has read the event log."""

    __tablename__ = "cursors"
    __table_args__ = PLATFORM

    reader: str = Field(primary_key=True)
    position: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default="0"))
    moved_at: datetime


class HeardEvent(SQLModel, table=True):
    """The inbox: an event a service has already dealt with."""

    __tablename__ = "inbox"
    __table_args__ = PLATFORM

    service: str = Field(primary_key=True)
    event_id: UUID = Field(primary_key=True)
    heard_at: datetime


class QuarantinedMessage(SQLModel, table=True):
    """A message that could not be dealt with: its copy, why, and what a person decided."""

    __tablename__ = "quarantine"
    __table_args__ = (
        Index("quarantine_waiting", "quarantined_at", postgresql_where=text("state = 'waiting'")),
        Index(
            "quarantine_one_waiting_copy",
            "service",
            "origin",
            unique=True,
            postgresql_where=text("state = 'waiting'"),
        ),
        PLATFORM,
    )

    id: UUID = Field(primary_key=True)
    service: str
    topic: str
    origin: str
    key: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    headers: list[list[str]] = Field(sa_column=json_column())
    cause: str
    explanation: str = Field(sa_column=Column(Text, nullable=False))
    can_be_released: bool
    state: str = "waiting"
    quarantined_at: datetime
    decided_at: datetime | None = None
    decided_by: str | None = None
    decision_note: str | None = None


class HistoryEntry(SQLModel, table=True):
    """Who did what to which record, and when; each entry seals the one before it in its stream."""

    __tablename__ = "history"
    __table_args__ = (
        Index("history_record", "service", "record", "number"),
        PLATFORM,
    )

    number: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    service: str
    record: str
    action: str
    actor: str
    at: datetime
    details: dict[str, Any] = Field(sa_column=json_column())
    correlation_id: str
    previous_hash: str
    hash: str


class SealingKey(SQLModel, table=True):
    """A data key, wrapped by the master key; destroying it makes every copy of what it sealed unreadable."""

    __tablename__ = "sealing_keys"
    __table_args__ = PLATFORM

    key_id: str = Field(primary_key=True)
    record: str
    wrapped_key: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    made_at: datetime
    destroyed_at: datetime | None = None


class LocalUser(SQLModel, table=True):
    """A user of a local system; production has none."""

    __tablename__ = "local_users"
    __table_args__ = PLATFORM

    name: str = Field(primary_key=True)
    password_hash: str
    roles: list[str] = Field(sa_column=json_column())
    station: str | None = None
    watch: str | None = None


class SignIn(SQLModel, table=True):
    """A session in a browser or a bearer token: only the hash of the secret is kept."""

    __tablename__ = "sign_ins"
    __table_args__ = (Index("sign_ins_csrf_token", "csrf_token"), PLATFORM)

    secret_hash: str = Field(primary_key=True)
    kind: str
    user_name: str
    roles: list[str] = Field(sa_column=json_column())
    station: str | None = None
    watch: str | None = None
    csrf_token: str
    made_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
