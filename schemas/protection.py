"""What is said of fire safety at a premises: the notices in force, its last audit, and its fires of late."""

from datetime import date
from typing import ClassVar

from pydantic import AwareDatetime, Field

from schemas.envelope import Event
from schemas.visit_parts import Identifier, Line, Part, Text
from schemas.vocabulary import AuditResult, NoticeKind

MOST_LINES = 5


class NoticeInForce(Part):
    """A notice that has begun and that nobody has lifted; past `until_on` it is still in force until somebody does.

    `restricts` is what it prohibits, restricts or asks for; `unit` the address of the flat or suite if it is on one
    alone. `source` is where it was heard from, `said_by` and `said_at` who entered it so, and when.
    """

    notice_id: Identifier
    reference: Identifier
    kind: NoticeKind
    from_on: date
    until_on: date | None = None
    restricts: Text = ""
    unit: Text = ""
    source: Line
    said_by: Line
    said_at: AwareDatetime


class LastAudit(Part):
    """The last audit of a premises, with its risk summary for firefighters: none was written if it has no line."""

    audit_id: Identifier
    reference: Identifier
    kind: Line
    audited_on: date
    result: AuditResult
    summary: tuple[Line, ...] = Field(default=(), max_length=MOST_LINES)
    unit: Text = ""
    source: Line
    said_by: Line
    said_at: AwareDatetime


class FireSafety(Part):
    """What Protection knows of a building: notices in force, the gravest first, the last audit, and relevant fires.

    `fires` counts those of the last 36 months, `last_fire_on` is the day of the latest of them.
    """

    notices: tuple[NoticeInForce, ...] = ()
    audit: LastAudit | None = None
    fires: int = Field(default=0, ge=0)
    last_fire_on: date | None = None
    fires_source: Line = ""
    fires_said_at: AwareDatetime | None = None


class FireSafetyUpdated(Event):
    """What Protection knows of a building, `premises_id`, has changed; `revision` rises with each change.

    Whom a notice was served on is not said.
    """

    topic: ClassVar[str] = "protection.updated"

    premises_id: str
    revision: int = Field(ge=1)
    fire_safety: FireSafety
    changed_at: AwareDatetime

    def key(self) -> str:
        return self.premises_id
