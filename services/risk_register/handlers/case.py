"""One visit before its reviewer: the record as it is, what publishing would make of it, and what may be decided."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from schemas.vocabulary import Role
from services.domain.ris1.override import NEEDS_REASON
from services.risk_register.handlers.desk import Command, claim_of, take
from services.risk_register.rules.amending import checked, reasons_not_to_take_out
from services.risk_register.rules.assessing import Assessment, assess
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
from services.risk_register.rules.merging import merge
from services.risk_register.store.queue import ReviewItem, amended_report_of, authors_of, named_in
from services.risk_register.store.records import (
    KeptRecord,
    KeptVersion,
    find_version,
    inputs_of_version,
    known_of,
    score_of_version,
)
from services.shared.errors import Conflict, FieldReason, Refused
from services.shared.identity import NotAllowed
from services.shared.transactions import Work


@dataclass(frozen=True)
class Case:
    """A locked item with its locked record, and the record as it would be after publication.

    `problems` are changes of the reviewer that do not fit; `replaces_changes` says that an earlier reviewer's go.
    """

    record: KeptRecord
    item: ReviewItem
    version: KeptVersion | None
    assessment: Assessment
    problems: tuple[FieldReason, ...] = ()
    replaces_changes: bool = False

    @property
    def proposal(self) -> Proposal:
        """Return what the rules of decision need to know."""
        present = score_of_version(self.version)
        return Proposal(
            state=self.item.state,
            authors=authors_of(self.item),
            level=self.assessment.level,
            present_level=present.base_level if present else None,
            claim=claim_of(self.item),
            first_approval=first_approval_of(self.item, self.record),
            lowered_by_hand=self.assessment.lowered_by_hand,
            named=named_in(self.item),
        )

    def answer(self, decision: Decision, command: Command, now: datetime) -> DecisionAnswer:
        """Return where a decision takes the item; raises with everything that is in its way."""
        proposal, name = self.proposal, command.person.name
        has_changes = command.amends or self.replaces_changes
        request = Request(
            command.reason, command.fields, command.leave_out, command.into, has_changes, command.was_not_there
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


async def open_case(command: Command, work: Work, *, amends: bool = False) -> Case:
    """Return the case of a visit, with the changes that the reviewer makes to it now or an earlier one made.

    Who `amends` puts their own changes in the place of an earlier reviewer's, all of them.
    """
    record, item = await take(work, command.visit_id, command.version)
    version = await find_version(work, record.premises_id, record.version)
    replaces = amends and item.amendment is not None
    problems = _amend(item, command, version, work.now) if command.amends or replaces else ()
    return replace(case_of(record, item, version), problems=problems, replaces_changes=replaces)


def case_of(record: KeptRecord, item: ReviewItem, version: KeptVersion | None) -> Case:
    """Return the case of an item against a version of its record."""
    amendment = item.amendment or {}
    left_out, taken_out = amendment.get("leave_out", ()), amendment.get("take_out", ())
    return Case(record, item, version, assess(known_of(version), amended_report_of(item), left_out, taken_out))


def first_approval_of(item: ReviewItem, record: KeptRecord) -> Approval | None:
    """Return the first of two approvals; one that was given on an older version of the record counts no more."""
    given = item.first_approval
    if given is None or given["record_version"] != record.version:
        return None
    return Approval(given["by"], Role(given["role"]))


def _amend(item: ReviewItem, command: Command, version: KeptVersion | None, now: datetime) -> tuple[FieldReason, ...]:
    """Keep what the reviewer changes, apart from what the crew sent; return what of it does not fit.

    An earlier approval was of something else, and counts no more.
    """
    facts, problems = checked(item.facts, command.facts)
    inputs, unscored = _inputs_after(item, command, version)
    problems += unscored
    if facts is not None:
        item.amendment = {
            "facts": facts.model_dump(mode="json", include=set(command.facts)),
            "leave_out": list(command.leave_out),
            "take_out": list(command.take_out),
            "inputs": inputs,
            "by": command.person.name,
            "at": now.isoformat(),
        }
        known = merge(known_of(version), amended_report_of(item), command.leave_out)
        problems += reasons_not_to_take_out(known.facts, command.take_out)
    item.first_approval = None
    if not command.amends:
        item.amendment = None
    return problems


def _inputs_after(
    item: ReviewItem, command: Command, version: KeptVersion | None
) -> tuple[dict[str, Any] | None, tuple[FieldReason, ...]]:
    if command.override is None:
        return item.inputs, ()
    known = inputs_of_version(version) if version else None
    inputs = item.inputs or (known.model_dump(mode="json") if known else None)
    if inputs is None:
        words = "nobody has scored this premises: return the visit to its crew for a score"
        return None, (FieldReason("/override/level", words),)
    return {**inputs, "override": command.override.model_dump(mode="json")}, ()
