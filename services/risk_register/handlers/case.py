"""One visit before its reviewer: the record as it is, what publishing would make of it, and what may be decided."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.risk_register import RiskFacts
from schemas.vocabulary import Role
from services.risk_register.handlers.desk import Command, claim_of, take
from services.risk_register.rules.assessing import Assessment, assess
from services.risk_register.rules.decisions import (
    Approval,
    Decision,
    DecisionAnswer,
    Proposal,
    answer_decision,
    reasons_of_the_claim,
    reasons_of_the_person,
    reasons_to_say_more,
)
from services.risk_register.store.queue import ReviewItem, amended_report_of, authors_of
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


@dataclass(frozen=True)
class Case:
    """A locked item with its locked record, and the record as it would be after publication."""

    record: KeptRecord
    item: ReviewItem
    version: KeptVersion | None
    assessment: Assessment

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
        )

    def answer(self, decision: Decision, command: Command, now: datetime) -> DecisionAnswer:
        """Return where a decision takes the item; raises with why if it may not be taken."""
        proposal, name = self.proposal, command.person.name
        answer = answer_decision(
            proposal, decision, name, command.role, now, reason=command.reason, fields=command.fields
        )
        if reasons := reasons_of_the_claim(proposal, name, now):
            raise Conflict("; ".join(reasons))
        if reasons := reasons_of_the_person(proposal, decision, name, command.role):
            raise NotAllowed("; ".join(reasons))
        reasons = answer.reasons_to_refuse + self._reasons_of_the_changes(decision, command)
        if reasons:
            raise Refused("; ".join(reasons), tuple(FieldReason("/reason", reason) for reason in reasons))
        return answer

    def _reasons_of_the_changes(self, decision: Decision, command: Command) -> tuple[str, ...]:
        has_changes = command.amends or self.item.amendment is not None
        override = self.assessment.override if command.override else None
        refused = override.reasons_to_refuse if override else ()
        return refused + reasons_to_say_more(decision, command.leave_out, command.reason, has_changes=has_changes)


async def open_case(command: Command, session: AsyncSession) -> Case:
    """Return the case of a visit, with the changes that the reviewer makes to it now or an earlier one made."""
    record, item = await take(session, command.visit_id, command.version)
    version = await find_version(session, record.premises_id, record.version)
    if command.amends:
        _amend(item, command, version)
    return case_of(record, item, version)


def case_of(record: KeptRecord, item: ReviewItem, version: KeptVersion | None) -> Case:
    """Return the case of an item against a version of its record."""
    left_out = (item.amendment or {}).get("leave_out", ())
    return Case(record, item, version, assess(known_of(version), amended_report_of(item), left_out))


def first_approval_of(item: ReviewItem, record: KeptRecord) -> Approval | None:
    """Return the first of two approvals; one that was given on an older version of the record counts no more."""
    given = item.first_approval
    if given is None or given["record_version"] != record.version:
        return None
    return Approval(given["by"], Role(given["role"]))


def _amend(item: ReviewItem, command: Command, version: KeptVersion | None) -> None:
    """Keep what the reviewer changes, apart from what the crew sent; an earlier approval was of something else."""
    try:
        checked = RiskFacts.model_validate({**item.facts, **command.facts})
    except ValidationError as problem:
        reasons = tuple(
            FieldReason("/facts/" + "/".join(str(step) for step in error["loc"]), error["msg"])
            for error in problem.errors()
        )
        raise Refused("some of the changes cannot be accepted", reasons) from None
    inputs = item.inputs
    if command.override is not None:
        known = inputs_of_version(version) if version else None
        inputs = inputs or (known.model_dump(mode="json") if known else None)
        if inputs is None:
            raise Refused("nobody has scored this premises: return the visit to its crew for a score")
        inputs = {**inputs, "override": command.override.model_dump(mode="json")}
    item.first_approval = None
    facts = checked.model_dump(mode="json", include=set(command.facts))
    item.amendment = {"facts": facts, "leave_out": list(command.leave_out), "inputs": inputs}
