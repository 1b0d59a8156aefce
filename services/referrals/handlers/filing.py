"""Make a referral ready for its desk: how urgent, and by when."""

from datetime import datetime

from schemas.vocabulary import ReferralState
from services.referrals.rules.deadlines import deadlines_of
from services.referrals.rules.desks import is_held
from services.referrals.rules.kinds import priority_of
from services.referrals.rules.raising import Raised
from services.referrals.rules.records import Filed
from services.referrals.rules.urgency import Appraisal
from services.shared.identifiers import random_id

UNKNOWN = Appraisal()


def new_filed(raised: Raised, visit_id: str, station: str, at: datetime, known: Appraisal = UNKNOWN) -> Filed:
    """Return a referral as it reaches its desk; the clock starts when the visit was received.

    `known` is what the risk register has made of the visit already; nothing waits for it.
    """
    priority = priority_of(raised.kind, level=known.base_level, safety_critical=bool(known.safety_critical))
    limits = deadlines_of(raised.kind, priority, at)
    spoken = [told.spoken_at for told in raised.by_crew if told.spoken_to and told.spoken_at]
    return Filed(
        id=random_id(),
        visit_id=visit_id,
        kind=raised.kind,
        raised_as=raised.kind,
        priority=priority,
        state=ReferralState.RAISED,
        station=station,
        raised_at=at,
        clock_started_at=at,
        acknowledge_by=limits.acknowledge_by,
        first_action_by=limits.first_action_by,
        human_contact_by=limits.human_contact_by,
        acknowledged_at=None,
        acknowledged_by=None,
        spoken_at=min(spoken, default=None),
        finished_at=None,
        version=1,
        held=is_held(raised.kind, [told.consent_state for told in raised.by_crew]),
    )
