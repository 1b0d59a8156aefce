"""Correct one fact of a claimed visit in its own row, with a reason, and take a correction back."""

from dataclasses import dataclass, replace
from typing import Any

from schemas.vocabulary import Role
from services.domain.fact_keys import field_of
from services.risk_register.handlers.case import Case, case_of
from services.risk_register.handlers.decisions import WORD_GIVEN
from services.risk_register.handlers.desk import take
from services.risk_register.handlers.keeping import keep
from services.risk_register.rules.correcting import (
    NO_SUCH_FACT,
    Correction,
    checked_value,
    reasons_to_refuse_correcting,
    seen_until,
    value_to_keep,
    with_correction,
    without_correction,
    without_new_override,
)
from services.risk_register.rules.decisions import Decision, is_author, reasons_of_the_claim, reasons_of_the_person
from services.risk_register.rules.dossiers import Dossier
from services.risk_register.rules.items import Item
from services.shared.errors import Conflict, FieldReason, Refused
from services.shared.identity import NotAllowed, Person
from services.shared.transactions import Work


@dataclass(frozen=True)
class CorrectCommand:
    """Who corrects which fact of which visit, as it was in which version, to what, and why.

    `problems` is what could not be read of the form; `was_not_there` is the word of whom the crew list names.
    """

    visit_id: str
    version: int
    person: Person
    fact: str
    value: Any
    reason: str
    was_not_there: bool = False
    problems: tuple[FieldReason, ...] = ()


@dataclass(frozen=True)
class TakeBackCommand:
    """Who takes back the correction of which fact of which visit, as it was in which version."""

    visit_id: str
    version: int
    person: Person
    fact: str
    was_not_there: bool = False


async def correct_fact(command: CorrectCommand, work: Work) -> Item:
    """Correct one fact of a visit that the reviewer has claimed; raises with everything that is in its way.

    What was approved first was something else: the approval counts no more.
    """
    dossier, case = await _taken(command, work)
    item, reason = case.item, command.reason.strip()
    reported = {**case.known.facts, **item.report.facts, **item.amended_report.facts}
    value = without_new_override(command.fact, command.value, reported.get(command.fact))
    wrong = checked_value(command.fact, value) if command.fact in reported else ()
    missing = reasons_to_refuse_correcting(case.proposal, reported, command.fact, reason)
    if found := (*command.problems, *wrong, *missing):
        raise Refused("; ".join(dict.fromkeys(one.reason for one in found)), found)
    correction = Correction(
        fact=command.fact,
        value=value,
        was=value_to_keep(command.fact, item.report.facts.get(command.fact)),
        reason=reason,
        by=command.person.name,
        at=work.now,
        seen_at=seen_until(item.report, case.known, command.fact),
    )
    amendment = with_correction(item.amendment, correction, item.findings.inputs)
    return await _keep(dossier, replace(item, amendment=amendment), command, "corrected", work)


async def take_back_correction(command: TakeBackCommand, work: Work) -> Item:
    """Take a correction back: the fact is again as the crew reported it."""
    dossier, case = await _taken(command, work)
    item = case.item
    if command.fact not in {one.fact for one in item.corrections} or item.amendment is None:
        raise Refused(NO_SUCH_FACT, (FieldReason("/fact", NO_SUCH_FACT),))
    amendment = without_correction(item.amendment, command.fact, item.findings.inputs)
    return await _keep(dossier, replace(item, amendment=amendment), command, "correction taken back", work)


async def _taken(command: CorrectCommand | TakeBackCommand, work: Work) -> tuple[Dossier, Case]:
    """Return a visit in hand; raises if this person does not hold it, or may not decide on it."""
    dossier, item = await take(work, command.visit_id, command.version)
    case = case_of(dossier.record, replace(item, first_approval=None), dossier.version)
    name, proposal = command.person.name, case.proposal
    if reasons := reasons_of_the_claim(proposal, name, work.now):
        raise Conflict("; ".join(reasons))
    role = Role.RISK_TEAM_MANAGER if command.person.has(Role.RISK_TEAM_MANAGER) else Role.RISK_TEAM
    if reasons := reasons_of_the_person(proposal, Decision.AMEND, name, role, was_not_there=command.was_not_there):
        raise NotAllowed("; ".join(reasons))
    return dossier, case


async def _keep(
    dossier: Dossier, item: Item, command: CorrectCommand | TakeBackCommand, action: str, work: Work
) -> Item:
    """Keep the visit as it is now; the history says which field, and never what stands in it."""
    name = command.person.name
    item = item.moved(item.state, name, work.now)
    sworn = {"crew_list": WORD_GIVEN} if is_author(name, item.named) else {}
    work.note(f"visit/{item.visit_id}", action, premises_id=item.premises_id, field=field_of(command.fact), **sworn)
    await keep(work, dossier, dossier.with_items(item))
    return item
