"""What is measured of a referral of the open streams: when it was raised, and when its desk took it in hand."""

from dataclasses import dataclass
from datetime import datetime

from schemas.referrals import ReferralAcknowledged, ReferralRaised


@dataclass(frozen=True)
class Referral:
    """A referral and what is known of its moments."""

    referral_id: str
    visit_id: str
    kind: str
    raised_at: datetime | None = None
    acknowledge_by: datetime | None = None
    acknowledged_at: datetime | None = None


def referral_of(event: ReferralRaised | ReferralAcknowledged) -> Referral:
    """Return what an event tells of a referral.

    Policy: docs/domain/4.2.md, by when a desk must answer.
    """
    if isinstance(event, ReferralRaised):
        return Referral(event.referral_id, event.visit_id, event.kind, event.raised_at, event.acknowledge_by)
    return Referral(event.referral_id, event.visit_id, event.kind, acknowledged_at=event.acknowledged_at)
