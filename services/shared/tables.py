"""The tables of the plumbing, in the schema `platform`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Identity, Index, Integer, LargeBinary, Text, text
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


def numbered_column() -> Column[Any]:
    """Return a fresh primary key that PostgreSQL counts up."""
    return Column(BigInteger, Identity(always=True), primary_key=True)


def stamp_column() -> Any:
    """Return the field of a stamp; a row that came without one has one that fits nothing."""
    return Field(default="", sa_column_kwargs={"server_default": text("''")})


class SaidEvent(SQLModel, table=True):
    """One line of the event log: never changed, never deleted; its seal is on it and on the line before it.

    An `urgent` one is heard first by who is behind.
    """

    __tablename__ = "event_log"
    __table_args__ = (
        Index("event_log_topic", "topic", "position"),
        Index("event_log_said_at", "said_at"),
        Index("event_log_event_id", "event_id"),
        Index("event_log_urgent", "position", postgresql_where=text("urgent")),
        PLATFORM,
    )

    position: int | None = Field(default=None, sa_column=numbered_column())
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
    seal: str
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


class HistoryRow(SQLModel):
    """Who did what to which record, and when; each entry seals the one before it in its own history."""

    number: int | None = None
    service: str
    record: str
    action: str
    actor: str
    at: datetime
    details: dict[str, Any]
    correlation_id: str
    previous_hash: str
    hash: str


class HistoryEntry(HistoryRow, table=True):
    """An entry of the history that every service may read: never of what must not be known to all."""

    __tablename__ = "history"
    __table_args__ = (
        Index("history_record", "service", "record", "number"),
        PLATFORM,
    )

    number: int | None = Field(default=None, sa_column=numbered_column())
    details: dict[str, Any] = Field(sa_column=json_column())


class SignedHead(SQLModel, table=True):
    """How far the logs had grown at a moment, signed: the text of a file that also lies outside the database."""

    __tablename__ = "signed_heads"
    __table_args__ = PLATFORM

    number: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    made_at: datetime
    words: str = Field(sa_column=Column(Text, nullable=False))


class KeyRow(SQLModel):
    """A data key, wrapped by the master key; destroying it makes every copy of what it sealed unreadable."""

    key_id: str = Field(primary_key=True)
    record: str
    wrapped_key: bytes | None = Field(default=None, sa_type=LargeBinary)
    made_at: datetime
    destroyed_at: datetime | None = None


class SealingKey(KeyRow, table=True):
    """A data key of what other services may know to exist."""

    __tablename__ = "sealing_keys"
    __table_args__ = PLATFORM


class KnownMasterKey(SQLModel, table=True):
    """By what the master key is known again, and the key of marks, wrapped by it; the newest row is in force."""

    __tablename__ = "master_keys"
    __table_args__ = PLATFORM

    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    fingerprint: str
    marks_key: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    used_since: datetime


class LocalUser(SQLModel, table=True):
    """A user of a local system; production has none. One who was removed stays, without a role or a password.

    `stamp` is made with a key that is not in the database (services/shared/stamps.py), as is that of a sign-in.
    """

    __tablename__ = "local_users"
    __table_args__ = PLATFORM

    name: str = Field(primary_key=True)
    password_hash: str
    roles: list[str] = Field(sa_column=json_column())
    station: str | None = None
    watch: str | None = None
    removed_at: datetime | None = None
    stamp: str = stamp_column()


class SignIn(SQLModel, table=True):
    """A session in a browser or a bearer token: only the hash of the secret is kept."""

    __tablename__ = "sign_ins"
    __table_args__ = (
        Index("sign_ins_csrf_token", "csrf_token"),
        Index("sign_ins_user", "user_name", postgresql_where=text("ended_at IS NULL")),
        PLATFORM,
    )

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
    stamp: str = stamp_column()
