"""Who may decide on a visit in the review queue, and what it takes: another person than the author, sometimes two."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from schemas.vocabulary import ReviewState, Role
from services.domain.ris1.policy import HIGHEST_LEVEL
from services.risk_register.rules.review_queue import Claim, is_held
from services.shared.errors import FieldReason

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
NAMED_IN_THE_CREW = (
    "the crew list names you: say that you were not on this visit, or leave it to the risk team's manager or to a "
    "reviewer of another station"
)
NEEDS_REASON = {
    Decision.RETURN: "say what the crew must mend",
    Decision.REJECT: "say why nothing of it is published",
}
NEEDS_FIELDS = {
    Decision.RETURN: "tick the fields that the crew must mend",
    Decision.REJECT: "tick the fields that the rejection is about",
}


@dataclass(frozen=True)
class Approval:
    """The first of two approvals."""

    given_by: str
    role: Role


@dataclass(frozen=True)
class Proposal:
    """What the queue knows of an item when somebody decides on it.

    `authors` are all who led or sent it, `named` those whom its crew list names besides. `level` is the base level that
    would be published, `present_level` the one published now; None means that nobody has scored it. `lowered_by_hand`
    means that an override lowers `level`.
    """

    state: ReviewState
    authors: frozenset[str]
    level: int | None
    present_level: int | None = None
    claim: Claim | None = None
    first_approval: Approval | None = None
    lowered_by_hand: bool = False
    named: frozenset[str] = frozenset()


@dataclass(frozen=True)
class DecisionAnswer:
    """Where a decision takes an item, or why it may not be taken; `missing` is what the reviewer can still give.

    Where `waits_for_second` is true the approval is kept and the item goes back to the queue for another person.
    """

    next_state: ReviewState
    reasons_to_refuse: tuple[str, ...] = ()
    missing: tuple[FieldReason, ...] = ()
    waits_for_second: bool = False


@dataclass(frozen=True)
class Request:
    """What a reviewer gives with a decision: words, fields, what is left out, the other visit, and any change.

    `was_not_there` is the word of somebody whom the crew list names that they may decide all the same.
    """

    reason: str | None = None
    fields: Collection[str] = ()
    leave_out: Collection[str] = ()
    into: str | None = None
    has_changes: bool = False
    was_not_there: bool = False


NOTHING_MORE = Request()


def answer_decision(
    proposal: Proposal,
    decision: Decision,
    decided_by: str,
    role: Role,
    now: datetime,
    request: Request = NOTHING_MORE,
) -> DecisionAnswer:
    """Return where a decision takes an item, or why it may not be taken.

    Policy: docs/domain/4.4.md.
    """
    reasons = (
        *reasons_of_the_claim(proposal, decided_by, now),
        *reasons_of_the_person(proposal, decision, decided_by, role, was_not_there=request.was_not_there),
    )
    missing = what_is_missing(decision, request)
    if reasons or missing:
        return DecisionAnswer(proposal.state, reasons, missing)
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


def reasons_of_the_person(
    proposal: Proposal, decision: Decision, decided_by: str, role: Role, *, was_not_there: bool = False
) -> tuple[str, ...]:
    """Return why this person may not take this decision.

    Policy: docs/domain/4.4.md and docs/domain/4.6.md: the author never decides (but may escalate); whom only the crew
    list names decides if they say that they were not there, for anybody can be named in it; of the two who approve a
    level 5 one is the risk team's manager.
    """
    if role not in DECIDING_ROLES:
        return ("only the central risk team decides",)
    if decision is Decision.ESCALATE:
        return ()
    reasons: list[str] = []
    if is_author(decided_by, proposal.authors):
        reasons.append("the author of a visit cannot decide on it")
    elif is_author(decided_by, proposal.named) and not was_not_there:
        reasons.append(NAMED_IN_THE_CREW)
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


def what_is_missing(decision: Decision, request: Request) -> tuple[FieldReason, ...]:
    """Return everything a decision still lacks, in the order of its form, each saying what to do about it.

    A return or rejection tells the crew why, in words that it understands, and which fields.

    Policy: docs/domain/4.4.md.
    """
    found: list[FieldReason] = []
    has_words = len((request.reason or "").strip()) >= SHORTEST_REASON
    if decision in NEEDS_FIELDS and not request.fields:
        found.append(FieldReason("/fields", NEEDS_FIELDS[decision]))
    if decision in NEEDS_REASON and not has_words:
        found.append(FieldReason("/reason", f"{NEEDS_REASON[decision]}, in at least {SHORTEST_REASON} characters"))
    if decision is Decision.MERGE and not request.into:
        found.append(FieldReason("/into", "choose the visit to merge this one into"))
    if decision is Decision.AMEND and not request.has_changes:
        found.append(FieldReason("/facts", "change something, or choose to publish it as it is"))
    if decision is Decision.AMEND and request.leave_out and not has_words:
        found.append(FieldReason("/reason", f"say why it is left out, in at least {SHORTEST_REASON} characters"))
    return tuple(found)
