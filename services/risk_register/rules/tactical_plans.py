"""The tactical plan of a record: intentions, with an author, an approval and a review of their own."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from schemas.risk_register import RiskFacts, TacticalPlanShown
from schemas.vocabulary import Role
from services.domain.review_dates import DUE_SOON, review_due_on
from services.domain.ris1.policy import HIGHEST_LEVEL
from services.domain.working_time import local_date
from services.risk_register.rules.asks import ASKS_BEFORE
from services.risk_register.rules.decisions import is_author
from services.shared.errors import FieldReason

PLAN_FIELDS = ("tactics_note", "pda_suggestion", "sector_note", "salvage_priorities")
SHORTEST_REASON, LONGEST = 5, 500
OWN_PLAN = "you wrote this plan: somebody else says that it needs no change"
OWN_PROPOSAL = "you proposed it: somebody else approves it"
NEEDS_MANAGER = "one of the two who decide at level 5 must be the risk team's manager"


class PlanDecision(StrEnum):
    """What a reviewer says of a tactical plan."""

    NO_CHANGE = "NO_CHANGE"
    CHANGED = "CHANGED"


class PlanState(StrEnum):
    """How pressing the review of a plan is."""

    OVERDUE = "overdue"
    DUE = "due"
    DUE_SOON = "due-soon"
    IN_DATE = "in-date"


class PlanShow(StrEnum):
    """Which plans are listed: those due within 60 days or overdue, those that wait for a second person, all."""

    DUE = "due"
    WAITING = "waiting"
    ALL = "all"


@dataclass(frozen=True)
class PlanProposal:
    """What one person decided of a plan and a second must approve; `words` are the new ones, where it is changed."""

    decision: PlanDecision
    by: str
    role: Role
    at: datetime
    reason: str
    words: Mapping[str, str]


@dataclass(frozen=True)
class TacticalPlan:
    """The plan in a published record: who wrote and approved its words, and when it was and must be reviewed.

    `is_held` is false once the record has none; `version` rises with every change.
    """

    premises_id: str
    words: Mapping[str, str]
    author: str
    approved_by: str
    second_approved_by: str | None
    written_at: datetime
    reviewed_on: date
    reviewed_by: str
    review_due_on: date
    base_level: int | None
    version: int
    is_held: bool = True
    proposal: PlanProposal | None = None

    def as_shown(self) -> TacticalPlanShown:
        """Return it as everybody is shown it: its dates."""
        return TacticalPlanShown(
            written_on=local_date(self.written_at), reviewed_on=self.reviewed_on, review_due_on=self.review_due_on
        )


@dataclass(frozen=True)
class PlanWanted:
    """What somebody says of a plan: that it stays, or how it reads from now on, and on what that rests."""

    decision: PlanDecision
    reason: str
    words: Mapping[str, str]


@dataclass(frozen=True)
class PlanCounts:
    """How many plans are overdue, due within 60 days or overdue, wait for a second person, and are held in all."""

    overdue: int
    due: int
    waiting: int
    total: int


def plan_words(facts: RiskFacts) -> dict[str, str]:
    """Return the words of the plan in a record, by the field of the form.

    Policy: docs/domain/1.1.md: facts are one thing, intentions another.
    """
    return {name: words for name in PLAN_FIELDS if (words := getattr(facts, name))}


def plan_due_on(reviewed_on: date, base_level: int | None) -> date:
    """Return by when a plan must be reviewed: as a record of its level; nobody scored it: as at level 5.

    Policy: docs/domain/4.3.md, step 8, and docs/domain/4.4.md, tactical plan.
    """
    return review_due_on(reviewed_on, base_level or HIGHEST_LEVEL)


def plan_state(due_on: date, today: date) -> PlanState:
    """Return how pressing the review of a plan is.

    Policy: docs/domain/4.3.md, step 8: overdue the day after, due soon 60 days before.
    """
    if due_on < today:
        return PlanState.OVERDUE
    if due_on <= today + ASKS_BEFORE:
        return PlanState.DUE
    return PlanState.DUE_SOON if due_on <= today + DUE_SOON else PlanState.IN_DATE


def needs_second(plan: TacticalPlan, decision: PlanDecision) -> bool:
    """Return whether a second person must approve: whoever writes a change never decides on it; at level 5 always.

    Policy: docs/domain/4.4.md: author ≠ approver; level 5 needs a second approver.
    """
    return decision is PlanDecision.CHANGED or (plan.base_level or HIGHEST_LEVEL) == HIGHEST_LEVEL


def reasons_to_refuse_decision(plan: TacticalPlan, wanted: PlanWanted, by: str) -> tuple[FieldReason, ...]:
    """Return why somebody may not say this of a plan, each with how to mend it.

    Policy: docs/domain/4.4.md, tactical plan.
    """
    found = []
    if wanted.decision is PlanDecision.NO_CHANGE and is_author(by, {plan.author}):
        found.append(FieldReason("/reason", OWN_PLAN))
    if wanted.decision is PlanDecision.CHANGED:
        words = cleaned(wanted.words)
        if not words or words == dict(plan.words):
            found.append(FieldReason(f"/{PLAN_FIELDS[0]}", "write how the plan reads from now on, or say: no change"))
        long = (name for name, each in words.items() if len(each) > LONGEST)
        found += [FieldReason(f"/{name}", f"write at most {LONGEST} characters") for name in long]
    return (*found, *reasons_of_words(wanted.reason, "say what you looked at, and why"))


def reasons_to_refuse_approval(plan: TacticalPlan, by: str, role: Role) -> tuple[FieldReason, ...]:
    """Return why somebody may not approve what is proposed of a plan.

    Policy: docs/domain/4.4.md: two people, at level 5 one of them the risk team's manager.
    """
    proposal = plan.proposal
    if proposal is None:
        return (FieldReason("/approval", "nothing is proposed of this plan: look at it again"),)
    found = []
    if is_author(by, {proposal.by}):
        found.append(FieldReason("/approval", OWN_PROPOSAL))
    if proposal.decision is PlanDecision.NO_CHANGE and is_author(by, {plan.author}):
        found.append(FieldReason("/approval", OWN_PLAN))
    is_highest = (plan.base_level or HIGHEST_LEVEL) == HIGHEST_LEVEL
    if is_highest and Role.RISK_TEAM_MANAGER not in (role, proposal.role):
        found.append(FieldReason("/approval", NEEDS_MANAGER))
    return tuple(found)


def reasons_of_words(reason: str, say: str) -> tuple[FieldReason, ...]:
    """Return why a reason is not enough for those who read it later.

    Policy: docs/domain/1.4.md: who did what, and why, is kept.
    """
    if SHORTEST_REASON <= len(reason.strip()) <= LONGEST:
        return ()
    return (FieldReason("/reason", f"{say}, in {SHORTEST_REASON} to {LONGEST} characters"),)


def cleaned(words: Mapping[str, str]) -> dict[str, str]:
    """Return the words of a plan as they are kept: a field that says nothing has none.

    Policy: docs/domain/4.1.md (I).
    """
    return {name: each.strip() for name in PLAN_FIELDS if (each := words.get(name, "")).strip()}


def proposed(plan: TacticalPlan, wanted: PlanWanted, by: str, role: Role, at: datetime) -> TacticalPlan:
    """Return a plan of which one person has decided something that a second must approve.

    Policy: docs/domain/4.4.md, tactical plan.
    """
    words = cleaned(wanted.words) if wanted.decision is PlanDecision.CHANGED else {}
    proposal = PlanProposal(wanted.decision, by, role, at, wanted.reason.strip(), words)
    return replace(plan, proposal=proposal, version=plan.version + 1)


def without_proposal(plan: TacticalPlan) -> TacticalPlan:
    """Return a plan of which nothing is proposed any more.

    Policy: docs/domain/4.4.md, tactical plan.
    """
    return replace(plan, proposal=None, version=plan.version + 1)


def reviewed(plan: TacticalPlan, by: str, at: datetime) -> TacticalPlan:
    """Return a plan that was looked at and stays as it is.

    Policy: docs/domain/4.4.md, tactical plan: it is due again by the interval of its level.
    """
    day = local_date(at)
    due = plan_due_on(day, plan.base_level)
    return replace(without_proposal(plan), reviewed_on=day, reviewed_by=by, review_due_on=due)


def proposal_to_keep(proposal: PlanProposal | None) -> dict[str, Any] | None:
    """Return what is proposed as it is kept.

    Policy: docs/domain/4.4.md, tactical plan.
    """
    return {**vars(proposal), "at": proposal.at.isoformat()} if proposal else None


def proposal_as_kept(kept: Mapping[str, Any] | None) -> PlanProposal | None:
    """Return what is proposed, from how it is kept.

    Policy: docs/domain/4.4.md, tactical plan.
    """
    if kept is None:
        return None
    decision, role = PlanDecision(kept["decision"]), Role(kept["role"])
    return PlanProposal(decision, kept["by"], role, datetime.fromisoformat(kept["at"]), kept["reason"], kept["words"])
