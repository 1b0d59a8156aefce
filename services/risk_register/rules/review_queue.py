"""The central risk team's queue: what comes first, by when, who holds it, and where a visit may go next."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from schemas.vocabulary import ReviewState
from services.domain.working_time import WORKING_DAY, add_working_time

CLAIM_LEASE = timedelta(minutes=30)
SAFETY_CRITICAL_WITHIN = timedelta(hours=4)
OPEN = (ReviewState.QUEUED, ReviewState.CLAIMED, ReviewState.CONFLICT, ReviewState.ESCALATED)
# A visit returned to its crew is no longer in the queue, but what it reported is not disproved; sent again, it is
# decided with the visit that took its place.
UNDECIDED = (*OPEN, ReviewState.RETURNED, ReviewState.RESUBMITTED)
# A level that nobody has worked out is looked at as soon as a high one.
WITHIN_WORKING_DAYS: dict[int | None, int] = {5: 1, 4: 1, 3: 3, 2: 10, 1: 10, None: 1}

# What takes the place of an escalated visit is escalated; what was put back by the desk that places visits is resolved
# anew. Nothing changes a state but `Item.moved`, which asks this table (tests/house/test_states.py).
NEXT_STATES: dict[ReviewState, frozenset[ReviewState]] = {
    ReviewState.RECEIVED: frozenset({ReviewState.VALIDATED, ReviewState.QUARANTINED}),
    ReviewState.QUARANTINED: frozenset({ReviewState.REPLAYED}),
    ReviewState.REPLAYED: frozenset({ReviewState.VALIDATED, ReviewState.QUARANTINED}),
    ReviewState.VALIDATED: frozenset({ReviewState.RESOLVED, ReviewState.GEO_REVIEW}),
    ReviewState.GEO_REVIEW: frozenset({ReviewState.RESOLVED}),
    ReviewState.RESOLVED: frozenset({ReviewState.QUEUED, ReviewState.CONFLICT}),
    ReviewState.QUEUED: frozenset(
        {
            ReviewState.CLAIMED,
            ReviewState.CONFLICT,
            ReviewState.ESCALATED,
            ReviewState.RESUBMITTED,
            ReviewState.WITHDRAWN,
        }
    ),
    ReviewState.CONFLICT: frozenset(
        {ReviewState.CLAIMED, ReviewState.ESCALATED, ReviewState.RESUBMITTED, ReviewState.WITHDRAWN}
    ),
    ReviewState.CLAIMED: frozenset(
        {
            ReviewState.QUEUED,
            ReviewState.CONFLICT,
            ReviewState.PUBLISHED,
            ReviewState.PUBLISHED_AMENDED,
            ReviewState.RETURNED,
            ReviewState.MERGED,
            ReviewState.REJECTED,
            ReviewState.ESCALATED,
            ReviewState.RESUBMITTED,
            ReviewState.WITHDRAWN,
        }
    ),
    ReviewState.ESCALATED: frozenset({ReviewState.CLAIMED, ReviewState.RESUBMITTED, ReviewState.WITHDRAWN}),
    ReviewState.RETURNED: frozenset({ReviewState.RESUBMITTED, ReviewState.WITHDRAWN}),
    ReviewState.RESUBMITTED: frozenset(
        {ReviewState.QUEUED, ReviewState.CONFLICT, ReviewState.ESCALATED, ReviewState.RETURNED}
    ),
    ReviewState.PUBLISHED: frozenset({ReviewState.SUPERSEDED, ReviewState.WITHDRAWN}),
    ReviewState.PUBLISHED_AMENDED: frozenset({ReviewState.SUPERSEDED, ReviewState.WITHDRAWN}),
    ReviewState.MERGED: frozenset(),
    ReviewState.REJECTED: frozenset(),
    ReviewState.SUPERSEDED: frozenset(),
    ReviewState.WITHDRAWN: frozenset({ReviewState.RESOLVED}),
}


class Tab(StrEnum):
    """A part of the queue: what waits for me, what I hold, what is late, all that waits, what was decided."""

    NEW = "new"
    MINE = "mine"
    OVERDUE = "overdue"
    ALL = "all"
    DECIDED = "decided"


class Escalation(StrEnum):
    """Who must be told that an item has waited too long."""

    NOBODY = "NOBODY"
    RISK_TEAM_MANAGER = "RISK_TEAM_MANAGER"
    GROUP_MANAGER = "GROUP_MANAGER"


@dataclass(frozen=True)
class Claim:
    """Who holds an item, and until when."""

    held_by: str
    until: datetime


def review_within(level: int | None, safety_critical: bool) -> timedelta:
    """Return the working time within which an item must be decided.

    Policy: docs/domain/4.4.md: 4 working hours; 1, 3 or 10 working days by level.
    """
    return SAFETY_CRITICAL_WITHIN if safety_critical else WITHIN_WORKING_DAYS[level] * WORKING_DAY


def review_due_at(received_at: datetime, level: int | None, safety_critical: bool) -> datetime:
    """Return when an item must be decided, in UTC.

    Policy: docs/domain/4.4.md.
    """
    return add_working_time(received_at, review_within(level, safety_critical))


def escalation(received_at: datetime, level: int | None, safety_critical: bool, now: datetime) -> Escalation:
    """Return who must be told: the risk team's manager when the time is up, the group manager when it is up twice.

    Policy: docs/domain/4.4.md.
    """
    within = review_within(level, safety_critical)
    if now < add_working_time(received_at, within):
        return Escalation.NOBODY
    if now < add_working_time(received_at, 2 * within):
        return Escalation.RISK_TEAM_MANAGER
    return Escalation.GROUP_MANAGER


def lease_until(claimed_at: datetime) -> datetime:
    """Return when a claim runs out unless it is renewed: after 30 minutes.

    Policy: docs/domain/4.4.md.
    """
    return claimed_at + CLAIM_LEASE


def is_held(claim: Claim | None, now: datetime) -> bool:
    """Return whether somebody holds an item at this moment.

    Policy: docs/domain/4.4.md.
    """
    return claim is not None and now < claim.until


def may_move(state: ReviewState, next_state: ReviewState) -> bool:
    """Return whether an item may go from one state straight to another.

    Policy: docs/domain/4.4.md.
    """
    return next_state in NEXT_STATES[state]


def state_when_free(*, escalated: bool, base_version: int, version: int) -> ReviewState:
    """Return where an item waits when nobody holds it: escalated, in conflict with a newer version, or queued.

    Policy: docs/domain/4.4.md.
    """
    if escalated:
        return ReviewState.ESCALATED
    return ReviewState.CONFLICT if base_version < version else ReviewState.QUEUED


def reasons_to_refuse_claim(state: ReviewState, claim: Claim | None, claimant: str, now: datetime) -> tuple[str, ...]:
    """Return why somebody may not claim an item; empty if they may. Claiming what one holds renews the lease.

    Policy: docs/domain/4.4.md.
    """
    if claim is not None and is_held(claim, now) and claim.held_by != claimant:
        return (f"{claim.held_by} is working on it",)
    if state is ReviewState.CLAIMED or may_move(state, ReviewState.CLAIMED):
        return ()
    return (f"an item that is {state.value.lower().replace('_', ' ')} cannot be claimed",)
