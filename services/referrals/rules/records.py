"""A referral as every desk works it: how urgent, how far, by when, and where; never what it tells about a person."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from schemas.vocabulary import Priority, ReferralKind, ReferralState
from services.referrals.rules.alarms import AlarmReason
from services.referrals.rules.deadlines import Need
from services.referrals.rules.outcomes import Outcome
from services.referrals.rules.transitions import FINISHED, WAITING_FOR_ACKNOWLEDGEMENT


@dataclass(frozen=True)
class Whereabouts:
    """Where the visit was: as the crew wrote it, and as located once it is; empty where nobody has said yet.

    `base_level` and `safety_critical` are what the risk register makes of it, once it is located; `amends` is the visit
    that it replaces, `marker_review_on` when its caution must be looked at again.
    """

    written: str = ""
    unit_ref: str = ""
    callsign: str = ""
    premises_id: str = ""
    premises_name: str = ""
    address: str = ""
    postcode: str = ""
    station_ground: str = ""
    district: str = ""
    parent_id: str = ""
    base_level: int | None = None
    safety_critical: bool | None = None
    amends: str | None = None
    marker_review_on: date | None = None

    @property
    def is_located(self) -> bool:
        """Return whether the premises is known.

        Policy: docs/domain/4.2.md: a referral never waits for it.
        """
        return bool(self.premises_id)


@dataclass(frozen=True)
class AlarmRaised:
    """An alarm that went off and still stands, and the role that was told."""

    reason: AlarmReason
    step: int
    at: datetime
    told: str = ""


@dataclass(frozen=True)
class Alarmed:
    """An alarm as it stood or stands before Control: when it sounded, who heard it, and how it ended.

    `sounded_at` are the last times that it sounded, oldest first; `times` counts them all.
    """

    id: UUID
    about: UUID
    reference: str
    times: int
    sounded_at: tuple[datetime, ...]
    first_at: datetime
    last_at: datetime
    heard_at: datetime | None = None
    heard_by: str | None = None
    contact_at: datetime | None = None
    contact_by: str | None = None
    incident_number: str | None = None
    ended_at: datetime | None = None

    @property
    def is_unheard(self) -> bool:
        """Return whether nobody in Control has said that they heard it since it last sounded.

        Policy: docs/domain/4.2.md: hearing it stops the sound until the next half-interval, and no clock.
        """
        return self.heard_at is None or self.heard_at < self.last_at


class VisitResult(StrEnum):
    """How far a Safe and Well visit has come."""

    BOOKED = "BOOKED"
    DONE = "DONE"
    REFUSED = "REFUSED"
    NOT_REACHED = "NOT_REACHED"


@dataclass(frozen=True)
class Progress:
    """How far Safe and Well has come with a case, in codes and times alone; what they rest on is sealed.

    `reached_at` is when the person was first reached, and `reach_by` by when it had to be; `visit_at` is when the visit
    is booked for, or when it was made or tried.
    """

    need: Need | None = None
    reached_at: datetime | None = None
    reach_by: datetime | None = None
    visit: VisitResult | None = None
    visit_at: datetime | None = None


@dataclass(frozen=True)
class Filed:
    """One referral on a desk. `held`: it may not reach Safe and Well, as consent is missing."""

    id: UUID
    visit_id: str
    kind: ReferralKind
    raised_as: ReferralKind
    priority: Priority
    state: ReferralState
    station: str
    raised_at: datetime
    clock_started_at: datetime
    acknowledge_by: datetime
    first_action_by: datetime | None
    human_contact_by: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    spoken_at: datetime | None
    finished_at: datetime | None
    version: int
    outcome: Outcome | None = None
    held: bool = False
    progress: Progress = Progress()
    where: Whereabouts = field(default_factory=Whereabouts)
    alarms: tuple[AlarmRaised, ...] = ()

    @property
    def waits(self) -> bool:
        """Return whether it waits for somebody to acknowledge it.

        Policy: docs/domain/4.2.md.
        """
        return self.state in WAITING_FOR_ACKNOWLEDGEMENT

    @property
    def is_finished(self) -> bool:
        """Return whether it is done with, unless somebody opens it again.

        Policy: docs/domain/4.2.md.
        """
        return self.state in FINISHED


@dataclass(frozen=True)
class Step:
    """One thing done about a referral; `words` is empty where they are sealed."""

    at: datetime
    by: str
    action: str
    state: ReferralState
    words: str = ""


@dataclass(frozen=True)
class RaisedState:
    """How far a referral has come, as its crew may know: what they raised it as, its state, and since when."""

    kind: ReferralKind
    state: ReferralState
    changed_at: datetime

    def __repr__(self) -> str:
        return "[withheld]"


@dataclass(frozen=True)
class OpenedCase:
    """Somebody opened a case for a purpose; it lies open to them alone, until then."""

    case_id: UUID
    who: str
    purpose: str
    at: datetime
    open_until: datetime
