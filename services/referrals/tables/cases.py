"""The tables of referrals, and those of safeguarding, which hold no word about a person that is not sealed."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, Text, text
from sqlmodel import Field, SQLModel

from services.shared.tables import HistoryRow, KeyRow, json_column, numbered_column

REFERRALS = {"schema": "referrals"}
SAFEGUARDING = {"schema": "safeguarding"}


def _on_a_desk(name: str) -> tuple[Index, Index]:
    return (
        Index(f"{name}_open", "kind", "acknowledge_by", postgresql_where=text("finished_at IS NULL")),
        Index(f"{name}_finished", "finished_at", postgresql_where=text("finished_at IS NOT NULL")),
    )


def _of_steps(name: str) -> tuple[Index, ...]:
    alarmed = text("told IS NOT NULL AND settled_at IS NULL")
    return (
        Index(f"{name}_due", "due_at", postgresql_where=text("fired_at IS NULL AND settled_at IS NULL")),
        Index(f"{name}_standing", "about", postgresql_where=text("settled_at IS NULL")),
        Index(f"{name}_told", "told", "about", postgresql_where=alarmed),
    )


def _of_alarms(name: str) -> tuple[Index, ...]:
    return (
        Index(f"{name}_open", "about", unique=True, postgresql_where=text("ended_at IS NULL")),
        Index(f"{name}_about", "about", "first_at"),
        Index(f"{name}_reference", "reference", unique=True),
    )


class VisitWhereabouts(SQLModel, table=True):
    """Where each visit was, as written and as located; one row for every visit, so that it tells nothing.

    `marker_review_on` is the day by which its crew wants a caution of theirs looked at again.
    """

    __tablename__ = "visits"
    __table_args__ = (
        Index("visits_amending", "amends", postgresql_where=text("amends IS NOT NULL")),
        Index("visits_at_premises", "premises_id", "located_at", postgresql_where=text("premises_id <> ''")),
        Index("visits_in_building", "parent_id", "located_at", postgresql_where=text("parent_id <> ''")),
        REFERRALS,
    )

    visit_id: str = Field(primary_key=True)
    amends: str | None = None
    written: str = ""
    unit_ref: str = ""
    callsign: str = ""
    premises_id: str = ""
    premises_name: str = ""
    address: str = ""
    postcode: str = ""
    station_ground: str = ""
    district: str = ""
    located_at: datetime | None = None
    base_level: int | None = None
    safety_critical: bool | None = None
    parent_id: str = ""
    sent_by: str = ""
    marker_review_on: date | None = None


class DeskRow(SQLModel):
    """What a desk needs of any referral to work it."""

    id: UUID = Field(primary_key=True)
    visit_id: str
    kind: str
    raised_as: str
    priority: str
    state: str
    station: str
    raised_at: datetime
    clock_started_at: datetime
    acknowledge_by: datetime
    first_action_by: datetime | None = None
    human_contact_by: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    spoken_at: datetime | None = None
    finished_at: datetime | None = None
    version: int = 1
    outcome: str | None = None


class Referral(DeskRow, table=True):
    """One referral of the open streams, with what the crew wrote; a visit has one for each kind and unit."""

    __tablename__ = "referrals"
    __table_args__ = (
        Index("referrals_once", "visit_id", "raised_as", "unit_key", unique=True),
        Index("referrals_open", "kind", "acknowledge_by", postgresql_where=text("finished_at IS NULL")),
        Index("referrals_finished", "finished_at", postgresql_where=text("finished_at IS NOT NULL")),
        REFERRALS,
    )

    unit_key: str
    unit_ref: str | None = None
    because: list[str] = Field(sa_column=json_column())
    summary: str = Field(sa_column=Column(Text, nullable=False))
    by_crew: list[dict[str, Any]] = Field(sa_column=json_column())


class Case(DeskRow, table=True):
    """One restricted referral; its narrative is sealed under a key of its own.

    Of a Safe and Well case `need` to `visit_at` say how far it is, in codes and times; what they rest on is sealed in
    `home_visit`.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index("cases_once", "visit_id", "raised_as", "number", unique=True),
        Index("cases_open", "kind", "acknowledge_by", postgresql_where=text("finished_at IS NULL")),
        Index("cases_finished", "finished_at", postgresql_where=text("finished_at IS NOT NULL")),
        SAFEGUARDING,
    )

    number: int
    held: bool
    narrative: dict[str, Any] = Field(sa_column=json_column())
    need: str | None = None
    reached_at: datetime | None = None
    reach_by: datetime | None = None
    visit: str | None = None
    visit_at: datetime | None = None
    home_visit: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))


class PeopleFacts(SQLModel, table=True):
    """What a visit told about people beside the referrals (section J), sealed under a key of its own."""

    __tablename__ = "people"
    __table_args__ = SAFEGUARDING

    visit_id: str = Field(primary_key=True)
    id: UUID
    facts: dict[str, Any] = Field(sa_column=json_column())


class StepRow(SQLModel):
    """One thing that was done about a referral, and the version that this made of it."""

    id: UUID = Field(primary_key=True)
    about: UUID
    version: int
    at: datetime
    by: str
    action: str
    state: str


class ReferralStep(StepRow, table=True):
    """One thing that was done about an open referral, in words."""

    __tablename__ = "steps"
    __table_args__ = (Index("steps_about", "about", "version"), REFERRALS)

    words: str = Field(default="", sa_column=Column(Text, nullable=False))


class CaseStep(StepRow, table=True):
    """One thing that was done about a case; its words, if any, are sealed."""

    __tablename__ = "steps"
    __table_args__ = (Index("case_steps_about", "about", "version"), SAFEGUARDING)

    words: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))


class EscalationRow(SQLModel):
    """A step: set for a moment, gone off (`fired_at`) to a role that was `told`, or no longer needed (`settled_at`)."""

    id: UUID = Field(primary_key=True)
    about: UUID
    reason: str
    step: int
    due_at: datetime
    fired_at: datetime | None = None
    settled_at: datetime | None = None
    told: str | None = None


class Escalation(EscalationRow, table=True):
    """An alarm about an open referral."""

    __tablename__ = "escalations"
    __table_args__ = (*_of_steps("escalations"), REFERRALS)


class CaseEscalation(EscalationRow, table=True):
    """An alarm about a case."""

    __tablename__ = "escalations"
    __table_args__ = (*_of_steps("case_escalations"), SAFEGUARDING)


class AlarmRow(SQLModel):
    """An alarm before control: when it sounded, who heard it, and the contact that ended it; not what it is about.

    Its id and its reference are random: nothing follows from them.
    """

    id: UUID = Field(primary_key=True)
    about: UUID
    reference: str
    times: int
    first_at: datetime
    last_at: datetime
    heard_at: datetime | None = None
    heard_by: str | None = None
    contact_at: datetime | None = None
    contact_by: str | None = None
    incident_number: str | None = None
    ended_at: datetime | None = None


class ControlAlarm(AlarmRow, table=True):
    """An alarm about an open referral."""

    __tablename__ = "alarms"
    __table_args__ = (*_of_alarms("alarms"), REFERRALS)

    sounded_at: list[str] = Field(sa_column=json_column())


class CaseAlarm(AlarmRow, table=True):
    """An alarm about a case."""

    __tablename__ = "alarms"
    __table_args__ = (*_of_alarms("case_alarms"), SAFEGUARDING)

    sounded_at: list[str] = Field(sa_column=json_column())


class Reading(SQLModel, table=True):
    """Somebody opened what is sealed: who, which case, why, from when until when it lay open to them."""

    __tablename__ = "reads"
    __table_args__ = (Index("reads_of_case", "case_id", "at"), SAFEGUARDING)

    id: UUID = Field(primary_key=True)
    case_id: UUID
    who: str
    purpose: str
    at: datetime
    open_until: datetime


class CaseHistoryEntry(HistoryRow, table=True):
    """An entry of the history of cases, and of the help that people agreed to tell of: a history of its own."""

    __tablename__ = "history"
    __table_args__ = (Index("case_history_record", "service", "record", "number"), SAFEGUARDING)

    number: int | None = Field(default=None, sa_column=numbered_column())
    details: dict[str, Any] = Field(sa_column=json_column())


class CaseKey(KeyRow, table=True):
    """A data key of safeguarding."""

    __tablename__ = "sealing_keys"
    __table_args__ = SAFEGUARDING
