"""One visit before its reviewer: the record as it is, what publishing would make of it, and what may be decided."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from schemas.vocabulary import Role
from services.domain.ris1.override import NEEDS_REASON
from services.risk_register.handlers.desk import Command, take
from services.risk_register.rules.amending import checked, reasons_not_to_take_out
from services.risk_register.rules.assessing import Assessment, assess
from services.risk_register.rules.correcting import ON_THE_ITEM, lowers_the_crews_level, reasons_of_the_corrected
from services.risk_register.rules.decisions import (
    Approval,
    Decision,
    DecisionAnswer,
    Proposal,
    Request,
    answer_decision,
    reasons_of_the_claim,
    reasons_of_the_person,
)
from services.risk_register.rules.dossiers import Dossier, Record, Version, known_of, score_now
from services.risk_register.rules.items import Item
from services.risk_register.rules.merging import Known, merge
from services.shared.errors import Conflict, FieldReason, Refused
from services.shared.identity import NotAllowed
from services.shared.transactions import Work


@dataclass(frozen=True)
class Case:
    """A visit beside a version of its record, and the record as it would be after publication.

    `problems` are changes of the reviewer that do not fit; `replaces_changes` says that an earlier reviewer's go.
    """

    record: Record
    item: Item
    version: Version | None
    assessment: Assessment
    problems: tuple[FieldReason, ...] = ()
    replaces_changes: bool = False

    @property
    def known(self) -> Known:
        """Return what the version says."""
        return known_of(self.record, self.version)

    @property
    def proposal(self) -> Proposal:
        """Return what the rules of decision need to know."""
        present, given = score_now(self.version, self.record.fire_safety), self.item.approval_of(self.record.version)
        return Proposal(
            state=self.item.state,
            authors=self.item.authors,
            level=self.assessment.level,
            present_level=present.base_level if present else None,
            claim=self.item.claim,
            first_approval=Approval(given["by"], Role(given["role"])) if given else None,
            lowered_by_hand=self.assessment.lowered_by_hand
            or lowers_the_crews_level(self.item.corrections, self.assessment.level, self.item.base_level),
            named=self.item.named,
        )

    def answer(self, decision: Decision, command: Command, now: datetime) -> DecisionAnswer:
        """Return where a decision takes the item; raises with everything that is in its way."""
        proposal, name = self.proposal, command.person.name
        has_changes = command.amends or self.replaces_changes
        request = Request(
            command.reason, command.fields_named, command.leave_out, command.into, has_changes, command.was_not_there
        )
        answer = answer_decision(proposal, decision, name, command.role, now, request)
        if reasons := reasons_of_the_claim(proposal, name, now):
            raise Conflict("; ".join(reasons))
        if reasons := reasons_of_the_person(
            proposal, decision, name, command.role, was_not_there=command.was_not_there
        ):
            raise NotAllowed("; ".join(reasons))
        if found := (*command.problems, *self.problems, *self._reasons_of_the_override(command), *answer.missing):
            raise Refused("; ".join(dict.fromkeys(one.reason for one in found)), found)
        return answer

    def _reasons_of_the_override(self, command: Command) -> tuple[FieldReason, ...]:
        override = self.assessment.override if command.override else None
        refused = override.reasons_to_refuse if override else ()
        return tuple(
            FieldReason("/override/reason" if reason == NEEDS_REASON else "/override/level", reason)
            for reason in refused
        )


async def open_case(command: Command, work: Work, *, amends: bool = False) -> tuple[Dossier, Case]:
    """Return a dossier and the case of a visit in it, with the changes that the reviewer makes or an earlier one made.

    Who `amends` puts their own changes in the place of an earlier reviewer's, all of them.
    """
    dossier, item = await take(work, command.visit_id, command.version)
    replaces = amends and item.amendment is not None
    problems: tuple[FieldReason, ...] = ()
    if command.amends or replaces:
        item, problems = _amended(item, command, dossier, work.now)
    case = case_of(dossier.record, item, dossier.version)
    return dossier, replace(case, problems=problems, replaces_changes=replaces)


def case_of(record: Record, item: Item, version: Version | None) -> Case:
    """Return the case of an item against a version of its record."""
    amendment, known = item.amendment or {}, known_of(record, version)
    left_out, taken_out = amendment.get("leave_out", ()), amendment.get("take_out", ())
    return Case(record, item, version, assess(known, item.amended_report, left_out, taken_out))


def _amended(item: Item, command: Command, dossier: Dossier, now: datetime) -> tuple[Item, tuple[FieldReason, ...]]:
    """Return the item with what the reviewer changes, apart from what the crew sent, and what of it does not fit.

    An earlier approval was of something else, and counts no more.
    """
    facts, problems = checked(item.findings.facts, command.facts)
    inputs, unscored = _inputs_after(item, command, dossier.version)
    problems += unscored
    item = replace(item, first_approval=None)
    if facts is not None:
        amendment = {
            "facts": facts.model_dump(mode="json", include=set(command.facts)),
            "leave_out": list(command.leave_out),
            "take_out": list(command.take_out),
            "inputs": inputs,
            "by": command.person.name,
            "at": now.isoformat(),
            ON_THE_ITEM: [one.as_kept() for one in item.corrections],
        }
        problems += reasons_of_the_corrected(item.corrections, command.facts)
        item = replace(item, amendment=amendment)
        known = merge(dossier.known, item.amended_report, command.leave_out)
        problems += reasons_not_to_take_out(known.facts, command.take_out)
    return item if command.amends or item.corrections else replace(item, amendment=None), problems


def _inputs_after(
    item: Item, command: Command, version: Version | None
) -> tuple[dict[str, Any] | None, tuple[FieldReason, ...]]:
    own = item.findings.inputs
    if command.override is None:
        return own, ()
    inputs = own or (version.inputs if version else None)
    if inputs is None:
        words = "nobody has scored this premises: return the visit to its crew for a score"
        return None, (FieldReason("/override/level", words),)
    return {**inputs, "override": command.override.model_dump(mode="json")}, ()
