"""What the Safe and Well desk records of a case: its need, each try to reach the person, the visit and its end."""

from dataclasses import dataclass, field
from uuid import UUID

from services.referrals.handlers.commands import carry_out, held_for, read_before
from services.referrals.handlers.concerns import KEY_PREFIX
from services.referrals.rules.casework import Asked, Refusal
from services.referrals.rules.home_faults import NeedGiven, TryGiven, VisitGiven
from services.referrals.rules.home_visits import HomeVisit
from services.referrals.rules.recording import Recorded, need_recorded, try_recorded, visit_recorded
from services.referrals.rules.records import Filed
from services.referrals.rules.rights import SAFE_AND_WELL_KINDS
from services.referrals.store.home_visits import save_home_visit
from services.referrals.views.home_visits import AS_TEXT, recorded_of
from services.referrals.views.reading import NO_SUCH_REFERRAL
from services.shared.errors import Conflict, NotFound
from services.shared.identifiers import random_id
from services.shared.identity import Person
from services.shared.secrets import CannotOpen, Vault
from services.shared.transactions import Work

UNREADABLE = "what is recorded here can no longer be read, so nothing can be added to it"
Given = NeedGiven | TryGiven | VisitGiven


@dataclass(frozen=True)
class RecordCommand:
    """Who records what of which case, in the version that they saw."""

    referral_id: UUID
    version: int
    person: Person
    given: Given = field(repr=False)


async def record(command: RecordCommand, work: Work, vault: Vault) -> Filed:
    """Keep what somebody records of a case, sealed, and move its deadline with its need; the history keeps all."""
    filed = await held_for(command.referral_id, command.version, command.person, work)
    if filed.kind not in SAFE_AND_WELL_KINDS:
        raise NotFound(NO_SUCH_REFERRAL)
    try:
        before = await recorded_of(filed, work, vault)
    except CannotOpen:
        raise Conflict(UNREADABLE) from None
    has_read = await read_before(filed, command.person, work)
    answer = _answer(filed, before, command, work, has_read=has_read)
    if isinstance(answer, Refusal):
        return await carry_out(answer, work, vault)
    changed = await carry_out(answer.done, work, vault)
    record_id = f"case/{filed.id}"
    text = AS_TEXT.dump_json(answer.home).decode()
    sealed = await vault.seal(work, f"{KEY_PREFIX}{record_id}/{random_id()}", record_id, text)
    await save_home_visit(work, changed, sealed)
    return changed


def _answer(
    filed: Filed, before: HomeVisit, command: RecordCommand, work: Work, *, has_read: bool
) -> Recorded | Refusal:
    asked, given = Asked(command.person.name, work.now), command.given
    if isinstance(given, NeedGiven):
        return need_recorded(filed, before, given, asked, has_read=has_read)
    if isinstance(given, TryGiven):
        return try_recorded(filed, before, given, asked, has_read=has_read)
    return visit_recorded(filed, before, given, asked, has_read=has_read)
