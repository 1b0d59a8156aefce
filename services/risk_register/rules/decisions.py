"""Who may decide on a visit in the review queue, and what it takes: another person than the author, sometimes two."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from schemas.vocabulary import ReviewState, Role
from services.risk_register.rules.policy import HIGHEST_LEVEL
from services.risk_register.rules.review_queue import Claim, is_held

DECIDING_ROLES = frozenset({Role.RISK_TEAM, Role.RISK_TEAM_MANAGER})


class Decision(StrEnum):
    """What a reviewer does with a claimed item."""

    PUBLISH = "PUBLISH"
    AMEND = "AMEND"
    RETURN = "RETURN"
    REJECT = "REJECT"
    MERGE = "MERGE"
    ESCALATE = "ESCALATE"


STATE_AFTER = {
    Decision.PUBLISH: ReviewState.PUBLISHED,
    Decision.AMEND: ReviewState.PUBLISHED_AMENDED,
    Decision.RETURN: ReviewState.RETURNED,
    Decision.REJECT: ReviewState.REJECTED,
    Decision.MERGE: ReviewState.MERGED,
    Decision.ESCALATE: ReviewState.ESCALATED,
}
APPROVALS = frozenset({Decision.PUBLISH, Decision.AMEND})
SHORTEST_REASON = 5
NEEDS_REASON = frozenset({Decision.RETURN, Decision.REJECT})


@dataclass(frozen=True)
class Approval:
    """The first of two approvals."""

    given_by: str
    role: Role


@dataclass(frozen=True)
class Proposal:
    """What the queue knows of an item when somebody decides on it.

    `authors` are all who went, wrote or sent; `level` is the base level that would be published, `present_level` the
    one published now; None means that nobody has scored it. `lowered_by_hand` means that an override lowers `level`.
    """

    state: ReviewState
    authors: frozenset[str]
    level: int | None
    present_level: int | None = None
    claim: Claim | None = None
    first_approval: Approval | None = None
    lowered_by_hand: bool = False


@dataclass(frozen=True)
class DecisionAnswer:
    """Where a decision takes an item, or why it may not be taken.

    Where `waits_for_second` is true the approval is kept and the item goes back to the queue for another person.
    """

    next_state: ReviewState
    reasons_to_refuse: tuple[str, ...] = ()
    waits_for_second: bool = False


def answer_decision(
    proposal: Proposal,
    decision: Decision,
    decided_by: str,
    role: Role,
    now: datetime,
    *,
    reason: str | None = None,
    fields: Collection[str] = (),
) -> DecisionAnswer:
    """Return where a decision takes an item, or why it may not be taken.

    Policy: docs/domain/4.4.md.
    """
    reasons = (
        *reasons_of_the_claim(proposal, decided_by, now),
        *reasons_of_the_person(proposal, decision, decided_by, role),
        *reasons_of_the_words(decision, reason, fields),
    )
    if reasons:
        return DecisionAnswer(proposal.state, reasons)
    second = proposal.lowered_by_hand or needs_second_approver(proposal.level, proposal.present_level)
    if decision in APPROVALS and second and proposal.first_approval is None:
        return DecisionAnswer(ReviewState.QUEUED, waits_for_second=True)
    return DecisionAnswer(STATE_AFTER[decision])


def needs_second_approver(level: int | None, present_level: int | None) -> bool:
    """Return whether two people must approve: for level 5, and for a level lower than the one published now.

    A level that would be lost altogether counts as lowered.

    Policy: docs/domain/4.4.md.
    """
    if level == HIGHEST_LEVEL:
        return True
    return present_level is not None and (level or 0) < present_level


def reasons_of_the_claim(proposal: Proposal, decided_by: str, now: datetime) -> tuple[str, ...]:
    """Return why an item may not be decided before it is claimed by the person deciding.

    Policy: docs/domain/4.4.md: no two reviewers on one item.
    """
    claim = proposal.claim
    if proposal.state is not ReviewState.CLAIMED or claim is None:
        return ("claim the item first",)
    if claim.held_by != decided_by:
        return (f"{claim.held_by} has claimed it",)
    return () if is_held(claim, now) else ("the claim has run out; claim the item again",)


def reasons_of_the_person(proposal: Proposal, decision: Decision, decided_by: str, role: Role) -> tuple[str, ...]:
    """Return why this person may not take this decision.

    Policy: docs/domain/4.4.md and docs/domain/4.6.md: the author never decides (but may escalate); of the two who
    approve a level 5 one is the risk team's manager.
    """
    if role not in DECIDING_ROLES:
        return ("only the central risk team decides",)
    if decision is Decision.ESCALATE:
        return ()
    reasons: list[str] = []
    if is_author(decided_by, proposal.authors):
        reasons.append("the author of a visit cannot decide on it")
    first = proposal.first_approval
    if decision in APPROVALS and first is not None:
        if first.given_by == decided_by:
            reasons.append("the second approval must be another person's")
        highest = HIGHEST_LEVEL in (proposal.level, proposal.present_level)
        if highest and Role.RISK_TEAM_MANAGER not in (role, first.role):
            reasons.append("one of the two who approve a level 5 must be the risk team's manager")
    return tuple(reasons)


def is_author(name: str, authors: Collection[str]) -> bool:
    """Return whether somebody led, made or sent a visit; a name typed in other case is the same person's.

    Policy: docs/domain/4.4.md, author ≠ approver.
    """
    return name.strip().casefold() in {author.strip().casefold() for author in authors}


def reasons_of_the_words(decision: Decision, reason: str | None, fields: Collection[str]) -> tuple[str, ...]:
    """Return why a return or rejection is not complete: it tells the crew why, and which fields.

    Policy: docs/domain/4.4.md.
    """
    if decision not in NEEDS_REASON:
        return ()
    reasons: list[str] = []
    if not (reason or "").strip():
        reasons.append("say why")
    if not fields:
        reasons.append("name the fields it is about")
    return tuple(reasons)


def reasons_to_say_more(
    decision: Decision, leave_out: Collection[str], reason: str | None, *, has_changes: bool
) -> tuple[str, ...]:
    """Return what a crew would not understand: a reason of a word or two, or something left out without one.

    Policy: docs/domain/4.4.md.
    """
    words = len((reason or "").strip())
    if decision in NEEDS_REASON and 0 < words < SHORTEST_REASON:
        return (f"say why in at least {SHORTEST_REASON} characters",)
    if decision is Decision.AMEND and not has_changes:
        return ("say what to change, or publish it as it is",)
    if decision is Decision.AMEND and leave_out and words < SHORTEST_REASON:
        return (f"say why it is left out, in at least {SHORTEST_REASON} characters",)
    return ()
