"""Every premises, what is shown of each, all that ever was, and dangers apart."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Double, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlmodel import Field, SQLModel

from services.control.tables.surroundings import HYDRANTS_NAMED
from services.shared.tables import TransactionId, json_column

CONTROL = {"schema": "control"}
# What is written is in the index at once, so that no search waits for another's tidying up.
AT_ONCE = {"fastupdate": "off"}


class Place(SQLModel, table=True):
    """One premises as it can be found, with or without a record. Easting and northing are metres on EPSG:27700.

    `generation` is the change of the gazetteer that last touched it, 0 for one that only its record tells of.
    `known_as` are former and other names, `name_key` and `line_key` name and address with short forms spelt out;
    `order_key` puts addresses in the order of streets and, within one, of house numbers.
    """

    __tablename__ = "places"
    __table_args__ = (
        Index("places_words", "words", postgresql_using="gin", postgresql_with=AT_ONCE),
        Index(
            "places_held_words", "words", postgresql_using="gin", postgresql_with=AT_ONCE, postgresql_where=text("held")
        ),
        Index("places_place", text("point(easting, northing)"), postgresql_using="gist"),
        CONTROL,
    )

    premises_id: str = Field(primary_key=True)
    generation: int = Field(sa_column=Column(BigInteger, nullable=False))
    name: str
    address: str
    postcode: str
    known_as: str
    parent_id: str | None = None
    easting: float | None = Field(default=None, sa_column=Column(Double))
    northing: float | None = Field(default=None, sa_column=Column(Double))
    in_use: bool
    name_key: str
    line_key: str
    order_key: str
    words: str = Field(sa_column=Column(TSVECTOR, nullable=False))
    held: bool
    level: int | None = None
    base_level: int | None = None
    level_if_published: int | None = None
    unverified: int


class ShownRecord(SQLModel, table=True):
    """What is shown of one premises now. Easting and northing are metres on EPSG:27700.

    `danger` is the gravest of what crews report and nobody has checked, and how many more there are. `station` is whose
    ground it lies in, `changed_in` the transaction that changed it last: by it a tablet is given only what is new.
    """

    __tablename__ = "shown"
    __table_args__ = (
        Index("shown_place", text("point(easting, northing)"), postgresql_using="gist"),
        Index("shown_lately", "shown_at"),
        Index("shown_unverified", "shown_at", postgresql_where=text("unverified > 0")),
        Index("shown_gravity", "gravity", "danger_at", postgresql_where=text("gravity > 0")),
        Index("shown_station", "station"),
        Index("shown_hydrants", text(HYDRANTS_NAMED), postgresql_using="gin", postgresql_with=AT_ONCE),
        CONTROL,
    )

    premises_id: str = Field(primary_key=True)
    revision: int
    version: int
    name: str
    address: str
    postcode: str
    search_text: str = Field(sa_column=Column(Text, nullable=False))
    easting: float = Field(sa_column=Column(Double, nullable=False))
    northing: float = Field(sa_column=Column(Double, nullable=False))
    level: int | None = None
    base_level: int | None = None
    level_if_published: int | None = None
    unverified: int
    because_of_visit: str | None = None
    record: dict[str, Any] = Field(sa_column=json_column())
    shown_at: datetime
    gravity: int
    danger: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    danger_at: datetime | None = None
    station: str | None = None
    changed_in: int | None = Field(
        default=None,
        sa_column=Column(TransactionId(), nullable=False, server_default=text("pg_current_xact_id()")),
    )


class Screen(SQLModel, table=True):
    """A record as it is answered: compressed JSON, which reads so until a moment, and which code made it.

    `made_by` is empty and there is no body from when the record changes until it is presented. Nothing is lost with it.
    """

    __tablename__ = "screens"
    __table_args__ = (Index("screens_to_make", "made_by", "holds_until"), CONTROL)

    premises_id: str = Field(primary_key=True)
    revision: int
    parent_id: str | None = None
    made_by: str
    holds_until: datetime
    body: bytes | None = None


class PackedRecord(SQLModel, table=True):
    """A record as crews' tablets are given it until a day: JSON. Nothing is lost with it.

    `made_by` is the edition of what packed it.
    """

    __tablename__ = "packed"
    __table_args__ = CONTROL

    premises_id: str = Field(primary_key=True)
    revision: int
    made_by: int
    holds_until: date
    body: str = Field(sa_column=Column(Text, nullable=False))


class UnsettledDanger(SQLModel, table=True):
    """A danger that a crew reports at an address nobody has settled: shown by itself until it stands on a record.

    `heard_at` is empty until the visit itself is heard of, `settled_at` until its danger stands on a record; `told` is
    what is known of it (empty once it is settled), `building_id` the premises that it has been placed on.
    """

    __tablename__ = "unsettled"
    __table_args__ = (
        Index(
            "unsettled_open",
            "gravity",
            "reported_at",
            postgresql_where=text("heard_at IS NOT NULL AND settled_at IS NULL"),
        ),
        CONTROL,
    )

    visit_id: str = Field(primary_key=True)
    heard_at: datetime | None = None
    settled_at: datetime | None = None
    gravity: int
    reported_at: datetime | None = None
    building_id: str | None = None
    words: str = Field(sa_column=Column(TSVECTOR, nullable=False))
    told: dict[str, Any] = Field(sa_column=json_column())


class SearchWord(SQLModel, table=True):
    """A word that some premises can be found by: what a slip of the keyboard is compared with."""

    __tablename__ = "words"
    __table_args__ = (
        Index(
            "words_spelling",
            "word",
            postgresql_using="gin",
            postgresql_ops={"word": "gin_trgm_ops"},
            postgresql_with=AT_ONCE,
        ),
        CONTROL,
    )

    word: str = Field(primary_key=True)


class ShownRevision(SQLModel, table=True):
    """One revision of a record as it was shown from a moment on: never changed, so that it can be proved."""

    __tablename__ = "shown_history"
    __table_args__ = (Index("shown_history_time", "premises_id", "shown_at"), CONTROL)

    premises_id: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    version: int
    level: int | None = None
    unverified: int
    because_of_visit: str | None = None
    record: dict[str, Any] = Field(sa_column=json_column())
    shown_at: datetime


class NeedsShown(SQLModel, table=True):
    """Who needs help to get out of a building, from a moment on: sealed, and unreadable once anybody has withdrawn."""

    __tablename__ = "needs"
    __table_args__ = (
        Index("needs_once", "key_id", unique=True),
        Index("needs_premises", "premises_id", "changed_at", "number"),
        CONTROL,
    )

    number: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    premises_id: str
    key_id: str
    changed_at: datetime
    shown_at: datetime
    sealed: dict[str, Any] = Field(sa_column=json_column())


class KeptMedium(SQLModel, table=True):
    """A photograph, plan or scan of a visit that may be seen; its bytes are with the service of visits."""

    __tablename__ = "media"
    __table_args__ = CONTROL

    visit_id: str = Field(primary_key=True)
    sha256: str = Field(primary_key=True)
    mime: str
    size: int
    caption: str | None = None
    floor: str | None = None
    scanned: bool
    received_at: datetime
    pin_plan: str | None = None
    pin_x: float | None = None
    pin_y: float | None = None
