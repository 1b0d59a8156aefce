"""What is said about what control and crews are shown."""

from typing import ClassVar

from pydantic import AwareDatetime, Field

from schemas.envelope import Event
from schemas.visit_parts import Identifier, Line, Part, Text
from schemas.vocabulary import DebriefSide, FindingKind


class ControlShown(Event):
    """A change of a risk record is on control's screens from this moment.

    `unverified` counts all that is marked so there, `unverified_of_visit` what the visit told that it is because of.
    """

    topic: ClassVar[str] = "control.shown"

    premises_id: str
    revision: int
    because_of_visit: str | None = None
    unverified: int
    unverified_of_visit: int | None = None
    shown_at: AwareDatetime

    def key(self) -> str:
        return self.premises_id


class DangerShown(Event):
    """A danger whose address is not settled is on control's screens, has changed there, or stands on a record now.

    `premises_id` is that of the record which shows it; until then control shows it by itself.
    """

    topic: ClassVar[str] = "control.danger-shown"

    visit_id: str
    is_settled: bool
    premises_id: str | None = None
    shown_at: AwareDatetime

    def key(self) -> str:
        return self.visit_id


class DebriefFinding(Part):
    """One thing about the risk information that was not right; of what was wrong, which fact and what it said."""

    kind: FindingKind
    words: Text
    fact: str | None = Field(default=None, max_length=400)
    said: Text = ""


class DebriefAsked(Event):
    """After an incident a crew, or control, is asked whether the risk information about its premises was right.

    `station` and `callsign` are of the crew that had command; None where control is asked.
    """

    topic: ClassVar[str] = "control.debrief-asked"

    debrief_id: str
    premises_id: str
    called: str
    incident_no: Identifier
    asked_of: DebriefSide
    station: Identifier | None = None
    callsign: Line | None = None
    asked_by: str
    asked_at: AwareDatetime

    def key(self) -> str:
        return self.premises_id


class DebriefAnswered(Event):
    """Somebody who was at an incident, or in control, says whether the risk information was right.

    `called` is the premises as it was shown; `record_version` and `revision` are of the record as it was when they
    answered, None where nothing was shown. `answers` names the questions that are closed by it.
    """

    topic: ClassVar[str] = "control.debrief-answered"

    answer_id: str
    premises_id: str
    called: str
    incident_no: Identifier
    asked_of: DebriefSide
    station: Identifier | None = None
    callsign: Line | None = None
    record_version: int | None = None
    revision: int | None = None
    is_right: bool
    was_right: Text = ""
    findings: tuple[DebriefFinding, ...] = ()
    answers: tuple[str, ...] = ()
    answered_by: str
    answered_at: AwareDatetime

    def key(self) -> str:
        return self.premises_id


class IncidentChanged(Event):
    """Control has opened, changed, closed or reopened an incident; `callsigns` are the appliances sent to it.

    `premises_id` is the premises it is at, if that is beyond doubt.
    """

    topic: ClassVar[str] = "control.incident-changed"

    incident_no: str
    is_open: bool
    premises_id: str | None = None
    callsigns: tuple[str, ...] = ()
    changed_at: AwareDatetime

    def key(self) -> str:
        return self.incident_no


class PersonsAtRiskChanged(Event):
    """The persons-at-risk board of an incident has changed. Nothing of what stands on it is said here."""

    topic: ClassVar[str] = "control.persons-at-risk-changed"

    incident_no: str
    changed_at: AwareDatetime

    def key(self) -> str:
        return self.incident_no
