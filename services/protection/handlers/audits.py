"""Enter an audit by hand with its summary for firefighters, and correct one."""

from dataclasses import dataclass

from services.domain.working_time import local_date
from services.protection.handlers.telling import tell_of
from services.protection.rules.audits import WantedAudit, corrected, reasons_to_refuse_audit, recorded, withdrawn
from services.protection.rules.feeds import FeedKind
from services.protection.rules.notices import reasons_to_refuse_words
from services.protection.rules.records import BY_HAND, Audit
from services.protection.store.premises import list_known
from services.protection.store.records import hold_record, is_taken, save_records
from services.shared.errors import Conflict, FieldReason, NotFound, Refused
from services.shared.identifiers import new_id
from services.shared.identity import Person
from services.shared.transactions import Work
from services.shared.web.words import full_time


@dataclass(frozen=True)
class EnterAudit:
    """Who enters which audit."""

    person: Person
    wanted: WantedAudit


@dataclass(frozen=True)
class CorrectAudit:
    """Who corrects an audit as it was in which version, to what, and why."""

    audit_id: str
    version: int
    person: Person
    wanted: WantedAudit
    reason: str


@dataclass(frozen=True)
class WithdrawAudit:
    """Who withdraws an audit as it was in which version, and why; `problems` is what their page found wrong."""

    audit_id: str
    version: int
    person: Person
    reason: str
    problems: tuple[FieldReason, ...] = ()


async def enter_audit(command: EnterAudit, work: Work) -> Audit:
    """Enter an audit; raises with everything that is wrong."""
    wanted = command.wanted
    is_known = await is_taken(work, FeedKind.AUDITS, BY_HAND, wanted.reference)
    if found := await _reasons(wanted, work, is_known):
        raise Refused("; ".join(one.reason for one in found), found)
    audit = recorded(wanted, str(new_id(work.now)), BY_HAND, command.person.name, work.now)
    await _keep(audit, "entered", "", {audit.premises_id}, work)
    return audit


async def correct_audit(command: CorrectAudit, work: Work) -> Audit:
    """Correct an audit, or write the summary that it lacks; what it was stays in the history."""
    audit = await _take(command, work)
    found = await _reasons(command.wanted, work)
    found += reasons_to_refuse_words(command.reason, "say why it is corrected")
    if found:
        raise Refused("; ".join(one.reason for one in found), found)
    after = corrected(audit, command.wanted, command.person.name, work.now)
    await _keep(after, "corrected", command.reason.strip(), {audit.premises_id, after.premises_id}, work)
    return after


async def withdraw_audit(command: WithdrawAudit, work: Work) -> Audit:
    """Withdraw an audit that was entered by mistake; correcting it lets it stand again."""
    audit = await _take(command, work)
    if audit.withdrawn_reason is not None:
        raise Conflict("it has been withdrawn already: look at it again")
    found = (*reasons_to_refuse_words(command.reason, "say why it is withdrawn"), *command.problems)
    if found:
        raise Refused("; ".join(one.reason for one in found), found)
    after = withdrawn(audit, command.reason.strip(), command.person.name, work.now)
    await _keep(after, "withdrawn", command.reason.strip(), {audit.premises_id}, work)
    return after


async def _take(command: CorrectAudit | WithdrawAudit, work: Work) -> Audit:
    """Return an audit in hand; raises if there is none, or if it is not what it was any more."""
    audit = await hold_record(work, Audit, command.audit_id)
    if audit is None:
        raise NotFound("there is no such audit")
    if audit.version != command.version:
        raise Conflict(f"{audit.changed_by} changed it at {full_time(audit.changed_at)}: look at it again")
    return audit


async def _reasons(wanted: WantedAudit, work: Work, is_known: bool = False) -> tuple[FieldReason, ...]:
    is_listed = wanted.premises_id in await list_known(work, [wanted.premises_id])
    return reasons_to_refuse_audit(wanted, local_date(work.now), is_listed=is_listed, is_taken=is_known)


async def _keep(audit: Audit, action: str, why: str, premises_ids: set[str], work: Work) -> None:
    await save_records(work, FeedKind.AUDITS, [audit])
    stands = {"on": audit.audited_on.isoformat(), "result": audit.result.value, "summary": list(audit.summary)}
    work.note(f"audit/{audit.audit_id}", action, by=audit.changed_by, why=why, **stands)
    await tell_of(work, premises_ids)
