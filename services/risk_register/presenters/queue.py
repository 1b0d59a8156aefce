"""The review queue as its readers see it: which tab a visit is in, who holds it, how late it is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from schemas.premises import LocatedPremises
from schemas.vocabulary import ReviewState, VisitKind, VisitOutcome
from services.domain.words import words_for
from services.risk_register.rules.assessing import ReviewWarning
from services.risk_register.rules.items import InQueue, Line
from services.risk_register.rules.review_queue import Escalation, escalation, is_held

STATE_WORDS = {
    ReviewState.QUEUED: "Waiting",
    ReviewState.CLAIMED: "Being reviewed",
    ReviewState.CONFLICT: "Conflict",
    ReviewState.ESCALATED: "With the manager",
    ReviewState.PUBLISHED_AMENDED: "Published with changes",
    ReviewState.RETURNED: "Returned to crew",
    ReviewState.RESUBMITTED: "Sent again by the crew",
}
WARNING_WORDS = {
    ReviewWarning.SCORE_MISSING: "Nobody has scored this premises: the crew left likelihood or severity out.",
    ReviewWarning.CRITICAL_FACTS_MISSING: "The level is 3 or more and there are no critical facts: the crew was told.",
    ReviewWarning.LEVEL_DIFFERS: "The crew sets another level than the one worked out from its own answers.",
    ReviewWarning.OVERRIDE_REFUSED: "The crew's override is not allowed, so the level worked out is used.",
    ReviewWarning.LIKELIHOOD_DOUBTED: "The crew's likelihood is not the one that this class of premises gives.",
    ReviewWarning.LEVEL_LOWERED: "This would lower the published level: a second person must approve.",
    ReviewWarning.OLDER_THAN_RECORD: (
        "Part of this is older than what is published, or was left as it was when the crew set out: what is published "
        "is kept."
    ),
    ReviewWarning.NOT_COMPLETED: "The visit was not completed: the review date and what was known stay as they are.",
    ReviewWarning.NOT_COMPETENT: "The lead officer is not certified for this visit: check it with more care.",
    ReviewWarning.SENT_LATE: "It was sent more than 7 days after the visit.",
    ReviewWarning.ABOUT_A_UNIT: "The visit was to a flat or unit: it is shown on the record of the building.",
    ReviewWarning.PLACE_UNSURE: "The premises was not found for certain: check the address first.",
    ReviewWarning.AMENDS_ELSEWHERE: (
        "It is meant to replace an earlier visit that does not wait beside it: not arrived, placed elsewhere, decided "
        "already, or not theirs to replace. Look for that one first."
    ),
}
ESCALATION_WORDS = {
    Escalation.RISK_TEAM_MANAGER: "Late: risk team manager",
    Escalation.GROUP_MANAGER: "Late: group manager",
}


# What a line says just as it is kept.
AS_THEY_ARE = (
    *("visit_id", "premises_id", "unit_ref", "state", "version", "safety_critical", "base_level", "effective_level"),
    *("rank", "due_at", "submitted_at", "received_at", "changed_at", "changed_by", "warnings"),
    *("decided_by", "decided_at", "published_version"),
)


@dataclass(frozen=True)
class Row:
    """One line of the queue.

    `critical` is what of the visit is safety-critical and stands unverified on control's screen, in words, the gravest
    first; `others_here` are other visits to the building that wait; `since` says "new" or "changed" since its reader
    looked.
    """

    visit_id: str
    premises_id: str
    name: str
    address: str
    postcode: str
    unit_ref: str | None
    state: ReviewState
    state_words: str
    version: int
    safety_critical: bool
    base_level: int | None
    effective_level: int | None
    rank: int
    due_at: datetime
    submitted_at: datetime
    received_at: datetime
    changed_at: datetime
    changed_by: str
    station: str
    callsign: str
    visit_kind: str
    outcome: str
    claimed_by: str | None
    lease_until: datetime | None
    is_held: bool
    waits_for_second: bool
    approved_first_by: str | None
    late: str
    warnings: tuple[ReviewWarning, ...]
    decided_by: str | None
    decided_at: datetime | None
    published_version: int | None
    critical: tuple[str, ...] = ()
    others_here: int = 0
    notes: int = 0
    since: str = ""


def row_of(line: Line, premises: LocatedPremises, record_version: int, now: datetime, **beside: Any) -> Row:
    """Return one line of the queue; the version of the record says whether a first approval still counts.

    `beside` is what a list says beside the visit itself.
    """
    first, held = line.approval_of(record_version), holds(line, now)
    late = escalation(line.received_at, line.base_level, line.safety_critical, now)
    waits = first is not None
    return Row(
        name=premises.name,
        address=address_beside(premises.name, premises.address),
        postcode=premises.postcode,
        state_words="Waiting for a second approver" if waits and not held else state_words(line.state, held=held),
        callsign=line.callsign,
        station=line.station,
        visit_kind=words_for(VisitKind(line.visit_kind)),
        outcome=words_for(VisitOutcome(line.outcome)),
        claimed_by=line.claimed_by if held else None,
        lease_until=line.lease_until if held else None,
        is_held=held,
        waits_for_second=waits,
        approved_first_by=first["by"] if first else None,
        late=ESCALATION_WORDS.get(late, ""),
        **{name: getattr(line, name) for name in AS_THEY_ARE},
        **beside,
    )


def address_beside(name: str, address: str) -> str:
    """Return an address without the name of the premises, which stands beside it already."""
    return address.removeprefix(f"{name}, ") if name else address


def holds(item: InQueue, now: datetime) -> bool:
    """Return whether somebody is at work on an item; a claim that ran out counts no more."""
    return item.state is ReviewState.CLAIMED and is_held(item.claim, now)


def state_words(state: ReviewState, *, held: bool = True) -> str:
    """Return what a state is called at the desk."""
    if state is ReviewState.CLAIMED and not held:
        return "Waiting, claim ran out"
    return STATE_WORDS.get(state, words_for(state))
