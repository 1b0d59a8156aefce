"""Review the tactical plan of a record: it stays as it is, or reads otherwise; by two people where that is demanded."""

from dataclasses import dataclass, replace

from schemas.vocabulary import Role
from services.risk_register.handlers.keeping import keep
from services.risk_register.rules.dossiers import Dossier
from services.risk_register.rules.settling import changed
from services.risk_register.rules.tactical_plan_versions import version_with
from services.risk_register.rules.tactical_plans import (
    PlanDecision,
    PlanProposal,
    PlanWanted,
    TacticalPlan,
    needs_second,
    proposed,
    reasons_of_words,
    reasons_to_refuse_approval,
    reasons_to_refuse_decision,
    reviewed,
    without_proposal,
)
from services.risk_register.rules.what_is_shown import shown
from services.risk_register.store.dossiers import hold_one
from services.risk_register.store.evidence import note_version
from services.risk_register.store.tactical_plans import note_plan
from services.shared.errors import Conflict, NotFound, Refused
from services.shared.identity import Person
from services.shared.transactions import Work

NO_PLAN = "this record has no tactical plan: it comes with a visit that writes one"


@dataclass(frozen=True)
class ReviewPlan:
    """Who says what of the plan of a premises, as it was in which version."""

    premises_id: str
    version: int
    person: Person
    wanted: PlanWanted

    @property
    def role(self) -> Role:
        """Return the reviewer's role, the manager's if they have both."""
        return role_of(self.person)


@dataclass(frozen=True)
class SettlePlan:
    """Who approves, or turns down with a reason, what is proposed of a plan as it was in which version."""

    premises_id: str
    version: int
    person: Person
    reason: str = ""


def role_of(person: Person) -> Role:
    """Return the role in which somebody reviews, the manager's if they have both."""
    return Role.RISK_TEAM_MANAGER if person.has(Role.RISK_TEAM_MANAGER) else Role.RISK_TEAM


async def review_plan(command: ReviewPlan, work: Work) -> bool:
    """Review a plan; return whether a second person must approve it first."""
    dossier, plan = await _take(command, work)
    wanted, by = command.wanted, command.person.name
    if found := reasons_to_refuse_decision(plan, wanted, by):
        raise Refused("; ".join(one.reason for one in found), found)
    reason = wanted.reason.strip()
    if needs_second(plan, wanted.decision):
        after = replace(dossier, plan=proposed(plan, wanted, by, command.role, work.now))
        note_plan(work, plan.premises_id, f"proposed: {WORDS[wanted.decision]}", by, reason)
        await keep(work, dossier, after)
        return True
    note_plan(work, plan.premises_id, f"reviewed: {WORDS[wanted.decision]}", by, reason)
    await keep(work, dossier, shown(replace(dossier, plan=reviewed(plan, by, work.now)), None, work.now))
    return False


async def approve_plan(command: SettlePlan, work: Work) -> PlanDecision:
    """Approve what is proposed of a plan: from now on it holds."""
    dossier, plan = await _take(command, work)
    by = command.person.name
    found, proposal = reasons_to_refuse_approval(plan, by, role_of(command.person)), plan.proposal
    if found or proposal is None:
        raise Refused("; ".join(one.reason for one in found), found)
    note_plan(work, plan.premises_id, f"approved: {WORDS[proposal.decision]}", by, proposal.reason)
    if proposal.decision is PlanDecision.NO_CHANGE:
        after = shown(replace(dossier, plan=reviewed(plan, by, work.now)), None, work.now)
    else:
        after = _with_words(dossier, plan, proposal, by, work)
    await keep(work, dossier, after)
    return proposal.decision


async def turn_down_plan(command: SettlePlan, work: Work) -> None:
    """Turn down what is proposed of a plan, or take one's own proposal back, with a reason."""
    dossier, plan = await _take(command, work)
    if plan.proposal is None:
        raise Conflict("nothing is proposed of this plan any more: look at it again")
    if found := reasons_of_words(command.reason, "say why it is turned down"):
        raise Refused(found[0].reason, found)
    note_plan(work, plan.premises_id, "turned down", command.person.name, command.reason.strip())
    await keep(work, dossier, replace(dossier, plan=without_proposal(plan)))


WORDS = {PlanDecision.NO_CHANGE: "no change", PlanDecision.CHANGED: "changed"}


def _with_words(dossier: Dossier, plan: TacticalPlan, proposal: PlanProposal, by: str, work: Work) -> Dossier:
    """Return the dossier with a new version in which the plan reads as was proposed, by its own author."""
    if dossier.version is None:
        raise NotFound(NO_PLAN)
    version = version_with(dossier.version, proposal.words, proposal.by, by, proposal.reason, work.now)
    note_version(work, version)
    return changed(dossier, version, by, None, work.now)


async def _take(command: ReviewPlan | SettlePlan, work: Work) -> tuple[Dossier, TacticalPlan]:
    dossier = await hold_one(work, command.premises_id)
    if dossier is None or dossier.plan is None or not dossier.plan.is_held:
        raise NotFound(NO_PLAN)
    if dossier.plan.version != command.version:
        raise Conflict("this plan has changed since: look at it again")
    return dossier, dossier.plan
