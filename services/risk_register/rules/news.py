"""What is said of a visit in the review queue whenever it moves."""

from datetime import datetime

from schemas.risk_register import VisitReviewed
from schemas.vocabulary import ReviewState
from services.risk_register.rules.assessing import SHOWN_TO_CREW
from services.risk_register.rules.items import Item

REGISTER = "risk_register"
# The states in which the crew is told the reviewer's words; an escalation's are for the manager.
WITH_REASON = frozenset(
    {ReviewState.RETURNED, ReviewState.REJECTED, ReviewState.PUBLISHED_AMENDED, ReviewState.WITHDRAWN}
)


def news_of(item: Item, at: datetime) -> VisitReviewed:
    """Return what is said of where a visit is in the queue.

    Policy: docs/domain/4.4.md: the crew is told the words that are for it.
    """
    return VisitReviewed(
        visit_id=item.visit_id,
        premises_id=item.premises_id,
        state=item.state,
        decided_by=None if item.changed_by == REGISTER else item.changed_by,
        reason=item.reason if item.state in WITH_REASON else None,
        fields=item.fields,
        comments=(item.comments or {}) if item.state in WITH_REASON else {},
        due_at=item.due_at,
        moved_at=at,
        base_level=item.base_level,
        safety_critical=item.safety_critical,
        warnings=tuple(code for code in item.warnings if code in SHOWN_TO_CREW),
    )
