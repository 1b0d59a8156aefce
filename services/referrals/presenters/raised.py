"""What a crew is shown of what it raised: the state in its words, never a word of a desk."""

from typing import Any

from schemas.vocabulary import ReferralState
from services.referrals.rules.kinds import KINDS
from services.referrals.rules.records import RaisedState

NOTHING_RAISED = "You raised no referral with this visit."
# What a desk calls late is its own affair: to the crew it is with the desk.
STATES = {
    ReferralState.RAISED: (ReferralState.SENT, "With its desk, not acknowledged yet"),
    ReferralState.SENT: (ReferralState.SENT, "With its desk, not acknowledged yet"),
    ReferralState.ESCALATED: (ReferralState.SENT, "With its desk, not acknowledged yet"),
    ReferralState.ACKNOWLEDGED: (ReferralState.ACKNOWLEDGED, "Acknowledged"),
    ReferralState.ACCEPTED: (ReferralState.ACCEPTED, "Being worked on"),
    ReferralState.IN_PROGRESS: (ReferralState.IN_PROGRESS, "Being worked on"),
    ReferralState.REJECTED: (ReferralState.REJECTED, "To be sent on to another desk"),
    ReferralState.REROUTED: (ReferralState.REROUTED, "Sent on to another desk, not acknowledged yet"),
    ReferralState.CLOSED: (ReferralState.CLOSED, "Closed"),
    ReferralState.CANCELLED: (ReferralState.CANCELLED, "Cancelled"),
    ReferralState.DUPLICATE_OF: (ReferralState.DUPLICATE_OF, "Dealt with together with another"),
}


def raised_shown(raised: RaisedState) -> dict[str, Any]:
    """Return one referral as its crew may know of it."""
    state, words = STATES[raised.state]
    return {
        "kind": raised.kind.value,
        "kind_words": KINDS[raised.kind].words,
        "state": state.value,
        "state_words": words,
        "changed_at": raised.changed_at,
    }
