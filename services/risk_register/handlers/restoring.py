"""Undo a publication: a new version that says again what an earlier one said. Nothing is deleted."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from schemas.risk_register import RiskFacts
from schemas.vocabulary import ReviewState, Role
from services.risk_register.handlers.keeping import keep
from services.risk_register.rules.decisions import Approval, Decision, Proposal, answer_decision
from services.risk_register.rules.dossiers import Dossier, Record, Version, score_now
from services.risk_register.rules.review_queue import Claim
from services.risk_register.rules.settling import restored
from services.risk_register.rules.sources import unnamed
from services.risk_register.store.dossiers import hold_one, looked_up
from services.risk_register.store.evidence import note_version
from services.risk_register.store.queue import list_published_after
from services.risk_register.store.records import find_version
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


async def restore_version(command: Restore, work: Work) -> Record:
    """Publish again what an earlier version said (0: nothing); a level 5 or lowered level needs a second person."""
    dossier = await _dossier_to_restore(command, work)
    old = await find_version(work, command.premises_id, command.version)
    waits = _waits_for_second(command, dossier, old, work.now)
    if waits:
        after = replace(dossier, record=replace(dossier.record, restoring=_request(command, work.now)))
    else:
        version = _version_again(command, dossier.record, old, work.now)
        undone = await list_published_after(work, command.premises_id, command.version)
        dossier = (await looked_up(work, dossier, unnamed(version.sightings.values()))).with_items(*undone)
        note_version(work, version)
        after = restored(dossier, version, undone, work.now)
    done = "restoring approved first" if waits else "restored"
    work.note(f"record/{command.premises_id}", done, version=command.version, in_place_of=command.in_place_of)
    await keep(work, dossier, after)
    return after.record


async def _dossier_to_restore(command: Restore, work: Work) -> Dossier:
    dossier = await hold_one(work, command.premises_id)
    if dossier is None:
        raise NotFound("there is no such risk record")
    present = dossier.record.version
    if present != command.in_place_of:
        raise Conflict(f"version {present} has been published since: look at it first")
    if not 0 <= command.version < present:
        raise Refused("only an earlier version can be restored")
    if not SHORTEST_REASON <= len(command.reason.strip()) <= LONGEST_REASON:
        words = f"say why it is restored, in {SHORTEST_REASON} to {LONGEST_REASON} characters"
        raise Refused(words, (FieldReason("/restoring", words),))
    return dossier


def _request(command: Restore, now: datetime) -> dict[str, object]:
    return {
        "version": command.version,
        "by": command.person.name,
        "role": command.role.value,
        "at": now.isoformat(),
        "reason": command.reason,
    }


def _waits_for_second(command: Restore, dossier: Dossier, old: Version | None, now: datetime) -> bool:
    after, given, name = score_now(old, dossier.record.fire_safety), dossier.record.restoring, command.person.name
    first = Approval(given["by"], Role(given["role"])) if given and given["version"] == command.version else None
    proposal = Proposal(
        state=ReviewState.CLAIMED,
        authors=frozenset(),
        level=after.base_level if after else None,
        present_level=dossier.present_level,
        claim=Claim(name, now + timedelta(minutes=1)),
        first_approval=first,
    )
    answer = answer_decision(proposal, Decision.PUBLISH, name, command.role, now)
    if answer.reasons_to_refuse:
        raise NotAllowed("; ".join(answer.reasons_to_refuse))
    return answer.waits_for_second


def _version_again(command: Restore, record: Record, old: Version | None, now: datetime) -> Version:
    given, name, nothing = record.restoring, command.person.name, RiskFacts().model_dump(mode="json")
    return replace(
        old or Version(premises_id=record.premises_id, version=0, facts=nothing, seen={}, published_by=name, at=now),
        version=record.version + 1,
        visit_id=None,
        restored_from=command.version,
        published_by=name,
        first_approved_by=given["by"] if given and given["version"] == command.version else None,
        reason=command.reason,
        at=now,
    )
