"""What is said about referrals of the two open streams, and, sealed, about help that people agreed to tell of.

Safeguarding and RI6 are never said here.
"""

from typing import ClassVar

from pydantic import AwareDatetime

from schemas.envelope import Event
from schemas.sensitive import Sealed
from schemas.visit_parts import Line, Part
from schemas.vocabulary import (
    Assistance,
    ConsentState,
    NeedsSource,
    Priority,
    ReferralKind,
    ReferralState,
    Stream,
)


class ReferralRaised(Event):
    """A building safety or risk intelligence referral left for its desk, at validation, waiting for nothing."""

    topic: ClassVar[str] = "referrals.raised"

    referral_id: str
    visit_id: str
    kind: ReferralKind
    stream: Stream
    priority: Priority
    raised_at: AwareDatetime
    acknowledge_by: AwareDatetime

    def key(self) -> str:
        return self.visit_id


class ReferralAcknowledged(Event):
    """The desk has taken a referral in hand."""

    topic: ClassVar[str] = "referrals.acknowledged"

    referral_id: str
    visit_id: str
    kind: ReferralKind
    state: ReferralState
    acknowledged_by: str
    acknowledged_at: AwareDatetime

    def key(self) -> str:
        return self.visit_id


class ReferralMoved(Event):
    """A desk has done more about a referral that it took in hand: accepted, rejected, sent on, closed, opened again.

    `outcome` is a line of the desk's list in plain words, never what was written with it; empty while there is none,
    and always for a violence marker.
    """

    topic: ClassVar[str] = "referrals.moved"

    referral_id: str
    visit_id: str
    kind: ReferralKind
    state: ReferralState
    outcome: Line = ""
    moved_at: AwareDatetime

    def key(self) -> str:
        return self.visit_id


class MarkerDecided(Event):
    """Those who decide a violence marker have decided whether it stands; never what it rests on, or for whom."""

    topic: ClassVar[str] = "referrals.marker-decided"

    visit_id: str
    stands: bool
    decided_at: AwareDatetime

    def key(self) -> str:
        return self.visit_id


class HelpNeeded(Part):
    """The facts about one person that consent lets out: flat, floor, degree of help, whether a statement exists.

    A statement is the resident's written emergency evacuation statement. Never a reason, a diagnosis or a name.
    `confirmed_at` is when they last said that it still holds, None if never since they agreed.
    """

    unit_ref: Line = ""
    floor: Line | None = None
    assistance: Assistance
    ees_exists: bool | None = None
    consent_state: ConsentState
    consented_at: AwareDatetime
    source: NeedsSource = NeedsSource.CREW_VISIT
    confirmed_at: AwareDatetime | None = None

    def __repr__(self) -> str:
        return "[withheld]"

    __str__ = __repr__


class ConsentedNeeds(Part):
    """Everybody in one building who agreed that control and crews may know of the help they need to get out."""

    needs: tuple[HelpNeeded, ...] = ()

    def __repr__(self) -> str:
        return "[withheld]"

    __str__ = __repr__


class NeedsUpdated(Event):
    """Who needs help to get out of a building has changed: all that is consented to now, sealed and of one size.

    Older copies can no longer be opened once anybody has withdrawn.
    """

    topic: ClassVar[str] = "referrals.needs-updated"

    premises_id: str
    needs: Sealed
    changed_at: AwareDatetime

    def key(self) -> str:
        return self.premises_id
