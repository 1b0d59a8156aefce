"""What is said about referrals of the two open streams; safeguarding and RI6 are never said here."""

from typing import ClassVar

from pydantic import AwareDatetime

from schemas.envelope import Event
from schemas.vocabulary import Priority, ReferralKind, ReferralState, Stream


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
