"""Undo a publication: a new version that says again what an earlier one said. Nothing is deleted."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.risk_register import RiskFacts
from schemas.vocabulary import ReviewState, Role
from services.risk_register.handlers.publishing import dates_of, tell_changed
from services.risk_register.handlers.visits import say_where
from services.risk_register.rules.decisions import Approval, Decision, Proposal, answer_decision
from services.risk_register.rules.review_queue import Claim
from services.risk_register.store.evidence import note_version
from services.risk_register.store.queue import list_published_after, moved, save_item
from services.risk_register.store.records import (
    KeptRecord,
    KeptVersion,
    find_record,
    find_version,
    lock_known_record,
    save_version,
    score_of_version,
)
from services.shared.errors import Conflict, FieldReason, NotFound, Refused
from services.shared.identity import NotAllowed, Person
from services.shared.transactions import Work

SHORTEST_REASON, LONGEST_REASON = 5, 500


@dataclass(frozen=True)
class Restore:
    """What a reviewer asks for: which version to restore, in place of which, and why."""

    premises_id: str
    version: int
    in_place_of: int
    person: Person
    reason: str

    @property
    def role(self) -> Role:
        """Return the reviewer's role, the manager's if they have both."""
        return Role.RISK_TEAM_MANAGER if self.person.has(Role.RISK_TEAM_MANAGER) else Role.RISK_TEAM


async def restore_version(command: Restore, work: Work) -> KeptRecord:
    """Publish again what an earlier version said (0: nothing); a level 5 or lowered level needs a second person."""
    record = await _record_to_restore(command, work)
    old = await find_version(work, record.premises_id, command.version)
    present = await find_version(work, record.premises_id, record.version)
    now = work.now
    waits = _waits_for_second(command, record, old, present, now)
    if waits:
        record.restoring = {
            "version": command.version,
            "by": command.person.name,
            "role": command.role.value,
            "at": now.isoformat(),
            "reason": command.reason,
        }
        work.add(record)
    else:
        await _restore(command, record, old, work)
    done = "restoring approved first" if waits else "restored"
    work.note(f"record/{record.premises_id}", done, version=command.version, in_place_of=command.in_place_of)
    return record


async def _record_to_restore(command: Restore, session: AsyncSession) -> KeptRecord:
    if await find_record(session, command.premises_id) is None:
        raise NotFound("there is no such risk record")
    record = await lock_known_record(session, command.premises_id)
    if record.version != command.in_place_of:
        raise Conflict(f"version {record.version} has been published since: look at it first")
    if not 0 <= command.version < record.version:
        raise Refused("only an earlier version can be restored")
    if not SHORTEST_REASON <= len(command.reason.strip()) <= LONGEST_REASON:
        words = f"say why it is restored, in {SHORTEST_REASON} to {LONGEST_REASON} characters"
        raise Refused(words, (FieldReason("/restoring", words),))
    return record


def _waits_for_second(
    command: Restore, record: KeptRecord, old: KeptVersion | None, present: KeptVersion | None, now: datetime
) -> bool:
    before, after = score_of_version(present), score_of_version(old)
    given = record.restoring
    first = Approval(given["by"], Role(given["role"])) if given and given["version"] == command.version else None
    name = command.person.name
    proposal = Proposal(
        state=ReviewState.CLAIMED,
        authors=frozenset(),
        level=after.base_level if after else None,
        present_level=before.base_level if before else None,
        claim=Claim(name, now + timedelta(minutes=1)),
        first_approval=first,
    )
    answer = answer_decision(proposal, Decision.PUBLISH, name, command.role, now)
    if answer.reasons_to_refuse:
        raise NotAllowed("; ".join(answer.reasons_to_refuse))
    return answer.waits_for_second


async def _restore(command: Restore, record: KeptRecord, old: KeptVersion | None, work: Work) -> None:
    name, now = command.person.name, work.now
    first = record.restoring["by"] if record.restoring and record.restoring["version"] == command.version else None
    dates = dates_of(old)
    version = KeptVersion(
        premises_id=record.premises_id,
        version=record.version + 1,
        facts=old.facts if old else RiskFacts().model_dump(mode="json"),
        inputs=old.inputs if old else None,
        seen=old.seen if old else {},
        score=old.score if old else None,
        private=old.private if old else None,
        restored_from=command.version,
        published_by=name,
        first_approved_by=first,
        reason=command.reason,
        visited_at=dates.visited_at,
        reviewed_on=dates.reviewed_on,
        review_due_on=dates.review_due_on,
        at=now,
    )
    for item in await list_published_after(work, record.premises_id, command.version):
        item.reason = command.reason
        save_item(work, moved(item, ReviewState.WITHDRAWN, name, now))
        say_where(item, work)
    save_version(work, record, version)
    note_version(work, version)
    await work.flush()
    await tell_changed(work, record, name, None)
