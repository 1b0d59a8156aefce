"""The tables of visits: what was sent, what was sealed of it, what became of it, and which photographs arrived."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Index, Text, text
from sqlmodel import Field, SQLModel

from services.shared.tables import TransactionId, json_column

VISITS = {"schema": "visits"}


def _changed_in() -> Column[Any]:
    """Return the column of the transaction that changed a row last: by it a tablet is told only what is new."""
    return Column(TransactionId(), nullable=False, server_default=text("pg_current_xact_id()"))


class KeptVisit(SQLModel, table=True):
    """One visit as it was sent: its open part word for word, and who sent it.

    `content_mark` knows the whole of it again and tells nothing of it: it is made under a key that is not in the
    database. `content_sha256` is of visits from before there were marks, until the service has started once. `people`
    are those who find it in their own list: the sender, the officer who led, the crew.
    """

    __tablename__ = "visits"
    __table_args__ = (
        Index("visits_of_author", "submitted_by", "received_at"),
        Index("visits_of_station", "station", "received_at"),
        Index("visits_of_people", "people", postgresql_using="gin", postgresql_ops={"people": "jsonb_path_ops"}),
        VISITS,
    )

    visit_id: str = Field(primary_key=True)
    content_mark: str
    content_sha256: str | None = None
    submitted_by: str
    station: str
    received_at: datetime
    open_part: dict[str, Any] = Field(sa_column=json_column())
    warnings: list[str] = Field(sa_column=json_column())
    people: list[str] = Field(sa_column=json_column())
    changed_in: int | None = Field(default=None, sa_column=_changed_in())


class KeptAsk(SQLModel, table=True):
    """A visit that a crew is asked for, as the risk team asked; of one that ended before it was heard of, only that."""

    __tablename__ = "asks"
    __table_args__ = (Index("asks_of_station", "station", "due_on", postgresql_where=text("ended_at IS NULL")), VISITS)

    ask_id: str = Field(primary_key=True)
    premises_id: str
    station: str
    due_on: date | None = None
    asked: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    ended_at: datetime | None = None


class SealedPart(SQLModel, table=True):
    """What of a visit may not lie open: contacts and entry code under one key, concerns about people under another.

    Each part is kept by the SHA-256 of its cipher text; the part itself stands in the event log (of visits from before
    migration 0033 it is kept here too).
    """

    __tablename__ = "sealed_parts"
    __table_args__ = VISITS

    visit_id: str = Field(primary_key=True)
    private: dict[str, Any] = Field(sa_column=json_column())
    concerns: dict[str, Any] = Field(sa_column=json_column())


class KeptStoryLine(SQLModel, table=True):
    """One thing that became of a visit; `about` tells lines of one step apart, `detail` is plain words and ids."""

    __tablename__ = "story"
    __table_args__ = VISITS

    visit_id: str = Field(primary_key=True)
    step: str = Field(primary_key=True)
    about: str = Field(primary_key=True)
    at: datetime
    detail: str = Field(sa_column=Column(Text, nullable=False))
    fields: list[str] = Field(sa_column=json_column())
    due_at: datetime | None = None
    comments: dict[str, str] | None = Field(default=None, sa_column=json_column(nullable=True))
    changed_in: int | None = Field(default=None, sa_column=_changed_in())


class KeptMedium(SQLModel, table=True):
    """A photograph, plan or scan that arrived whole; its bytes lie in a folder, by its hash. `size` is in bytes.

    `taken_until` is set while a process prepares it, `state` says how far it has come. `width` and `height` are pixels
    of what is shown, `shown_size` its bytes.
    """

    __tablename__ = "media"
    __table_args__ = (
        Index("media_to_prepare", "received_at", postgresql_where=text("state = 'ARRIVED'")),
        VISITS,
    )

    visit_id: str = Field(primary_key=True)
    sha256: str = Field(primary_key=True)
    mime: str
    size: int
    contains_people: bool
    received_at: datetime
    received_by: str
    state: str
    taken_until: datetime | None = None
    ready_at: datetime | None = None
    scanned: str | None = None
    shown_size: int | None = None
    width: int | None = None
    height: int | None = None


class KeptTablet(SQLModel, table=True):
    """A tablet with the crew's app, as it named itself; `station` is that of who used it last.

    `sign_ins` holds when each sign-in was first seen on it, by the hash of its secret: those that end if it is lost.
    """

    __tablename__ = "tablets"
    __table_args__ = (Index("tablets_by_last_seen", "last_seen_at", "tablet_id"), VISITS)

    tablet_id: str = Field(primary_key=True)
    station: str | None = None
    first_seen_at: datetime
    last_seen_at: datetime
    sign_ins: dict[str, str] = Field(sa_column=json_column())
    lost_at: datetime | None = None
    lost_by: str | None = None
    lost_why: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    emptied_at: datetime | None = None
