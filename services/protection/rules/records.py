"""What Protection keeps: a notice, an audit, an incident, each by its source's own reference."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from schemas.vocabulary import AuditResult, IncidentKind, NoticeEnd, NoticeKind

PROTECTION = "protection"
BY_HAND = "entered by hand"


class NoticeState(StrEnum):
    """Where a notice stands: nobody has lifted it, or somebody has."""

    IN_FORCE = "IN_FORCE"
    LIFTED = "LIFTED"


class NoticeChange(StrEnum):
    """What may become of a notice."""

    AMEND = "AMEND"
    LIFT = "LIFT"
    REINSTATE = "REINSTATE"


# A date lifts nothing. What was lifted by mistake is put back in force; it is never deleted.
TRANSITIONS: Mapping[NoticeState, Mapping[NoticeChange, NoticeState]] = {
    NoticeState.IN_FORCE: {
        NoticeChange.AMEND: NoticeState.IN_FORCE,
        NoticeChange.LIFT: NoticeState.LIFTED,
    },
    NoticeState.LIFTED: {NoticeChange.REINSTATE: NoticeState.IN_FORCE},
}


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A notice on one premises: what kind, since when and until when, and what it prohibits, restricts or asks for.

    `reference` is the source's own; with the source it names the notice. `fed` is the line it was last fed with, None
    for what was entered by hand. `version` rises with every change.
    """

    notice_id: str
    source: str
    reference: str
    premises_id: str
    kind: NoticeKind
    from_on: date
    until_on: date | None
    restricts: str
    served_on: str
    entered_by: str
    entered_at: datetime
    changed_by: str
    changed_at: datetime
    state: NoticeState = NoticeState.IN_FORCE
    version: int = 1
    ended_on: date | None = None
    because: NoticeEnd | None = None
    ended_reason: str | None = None
    fed: dict[str, Any] | None = None

    def changed(self, change: NoticeChange, by: str, at: datetime, **values: Any) -> "Notice":
        """Return it as a change leaves it; raises `ValueError` if it cannot be changed so."""
        if not may_change(self.state, change):
            raise ValueError(f"a notice that is {self.state} cannot {change}")
        state = TRANSITIONS[self.state][change]
        return replace(self, state=state, version=self.version + 1, changed_by=by, changed_at=at, **values)


@dataclass(frozen=True, kw_only=True)
class Audit:
    """A fire safety audit of one premises, with its risk summary for firefighters, line by line.

    One that was entered by mistake is withdrawn with a reason: it is kept, and counts no more until it is corrected.
    """

    audit_id: str
    source: str
    reference: str
    premises_id: str
    kind: str
    audited_on: date
    result: AuditResult
    summary: tuple[str, ...]
    entered_by: str
    entered_at: datetime
    changed_by: str
    changed_at: datetime
    version: int = 1
    withdrawn_reason: str | None = None
    fed: dict[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Incident:
    """An incident at one premises as its source says it: no more of it than whether it was a fire, and when."""

    incident_id: str
    source: str
    reference: str
    premises_id: str
    kind: IncidentKind
    happened_on: date
    changed_by: str
    changed_at: datetime
    fed: dict[str, Any] | None = None


@dataclass(frozen=True)
class KnownPremises:
    """A premises of the gazetteer; `building_id` is its own number, or that of the building it is a part of."""

    premises_id: str
    building_id: str
    name: str
    address: str
    postcode: str

    @property
    def is_part(self) -> bool:
        """Return whether it is a flat or suite of a building."""
        return self.premises_id != self.building_id


def may_change(state: NoticeState, change: NoticeChange) -> bool:
    """Return whether a notice in one state may be changed so.

    Policy: docs/domain/4.8.md: a notice is in force until it is said to be lifted.
    """
    return change in TRANSITIONS[state]
