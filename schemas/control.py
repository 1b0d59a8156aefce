"""What is said about what control and crews are shown."""

from typing import ClassVar

from pydantic import AwareDatetime

from schemas.envelope import Event


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
