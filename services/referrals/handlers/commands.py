"""What a desk may do with a referral: acknowledge, accept, reject, send on, record a contact, close, cancel, reopen."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.referrals import MarkerDecided, ReferralAcknowledged, ReferralMoved
from schemas.visit_parts import is_closed
from schemas.vocabulary import ReferralKind
from services.referrals.handlers.concerns import KEY_PREFIX
from services.referrals.rules.casework import (
    Asked,
    Done,
    Refusal,
    acceptance,
    acknowledgement,
    cancellation,
    closing,
    contact_made,
    rejection,
    reopening,
    rerouting,
)
from services.referrals.rules.contact import Fault
from services.referrals.rules.outcomes import Outcome, outcome_words
from services.referrals.rules.records import Filed, Step
from services.referrals.rules.rights import SAFE_AND_WELL_KINDS, may_read, may_work
from services.referrals.store.cases import has_read
from services.referrals.store.desk import find_filed, save_filed, save_step
from services.referrals.store.escalations import save_alarms, settle
from services.referrals.store.history import note_of_case
from services.referrals.views.reading import NO_SUCH_REFERRAL, consents_of
from services.shared.errors import Conflict, FieldReason, NotFound, Refused
from services.shared.identifiers import random_id
from services.shared.identity import NotAllowed, Person
from services.shared.secrets import Vault
from services.shared.transactions import Work

CONTACT = "contact"
DECIDES_MARKER = {Outcome.MARKER_STANDS: True, Outcome.MARKER_NOT_PLACED: False}


@dataclass(frozen=True)
class Command:
    """Who wants something done with which referral, in the version that they saw, and what they entered for it."""

    referral_id: UUID
    version: int
    person: Person
    words: str = ""
    outcome: Outcome | None = None
    kind: ReferralKind | None = None
    at: datetime | None = None

    def __repr__(self) -> str:
        return "[withheld]"


async def acknowledge(command: Command, work: Work, vault: Vault) -> Filed:
    """Take a referral in hand; said of an open one, so that the crew knows."""
    filed = await _held(command, work)
    return await carry_out(acknowledgement(filed, _asked(command, work)), work, vault)


async def accept(command: Command, work: Work, vault: Vault) -> Filed:
    """Take a referral on as this desk's work."""
    return await carry_out(acceptance(await _held(command, work), _asked(command, work)), work, vault)


async def reject(command: Command, work: Work, vault: Vault) -> Filed:
    """Say that a referral is not for this desk, and why; it stays in sight until it is sent on."""
    return await carry_out(rejection(await _held(command, work), _asked(command, work)), work, vault)


async def close(command: Command, work: Work, vault: Vault) -> Filed:
    """Finish a referral with an outcome of its desk's list; a sealed one only by somebody who has read it."""
    filed = await _held(command, work)
    read = await read_before(filed, command.person, work)
    return await carry_out(closing(filed, command.outcome, _asked(command, work), has_read=read), work, vault)


async def cancel(command: Command, work: Work, vault: Vault) -> Filed:
    """End a referral that should not have been raised, and say why; a sealed one only by somebody who has read it."""
    filed = await _held(command, work)
    read = await read_before(filed, command.person, work)
    return await carry_out(cancellation(filed, _asked(command, work), has_read=read), work, vault)


async def reopen(command: Command, work: Work, vault: Vault) -> Filed:
    """Open a closed referral again, and say why."""
    return await carry_out(reopening(await _held(command, work), _asked(command, work)), work, vault)


async def reroute(command: Command, work: Work, vault: Vault) -> Filed:
    """Send a rejected referral on as what it should have been."""
    filed, kind = await _held(command, work), command.kind
    asks_consent = is_closed(filed.kind) and kind in SAFE_AND_WELL_KINDS
    consents = await consents_of(filed, work, vault) if asks_consent else []
    return await carry_out(rerouting(filed, kind, _asked(command, work), consents), work, vault)


async def contact(command: Command, work: Work, vault: Vault) -> Filed:
    """Record who was spoken to (the words of the command), and when."""
    filed = await _held(command, work)
    return await carry_out(contact_made(filed, command.at, _asked(command, work)), work, vault)


def _asked(command: Command, work: Work) -> Asked:
    return Asked(command.person.name, work.now, command.words)


async def _held(command: Command, work: Work) -> Filed:
    return await held_for(command.referral_id, command.version, command.person, work)


async def read_before(filed: Filed, person: Person, session: AsyncSession) -> bool:
    """Return whether nothing is sealed here, or this person has opened it since it came, or came back, to the desk."""
    return not is_closed(filed.kind) or await has_read(session, filed.id, person.name, filed.clock_started_at)


async def held_for(referral_id: UUID, version: int, person: Person, work: Work) -> Filed:
    """Return the referral, locked, if it is for this person's desk and still as they saw it."""
    filed = await find_filed(work, referral_id, lock=True)
    if filed is None or not may_read(person.roles, person.station, filed):
        raise NotFound(NO_SUCH_REFERRAL)
    if not may_work(person.roles, filed.kind):
        raise NotAllowed("you can read this referral; the desk that it was sent to deals with it")
    if filed.version != version:
        raise Conflict("somebody changed this referral after you opened it: see what happened, then send yours again")
    return filed


async def carry_out(answer: Done | Refusal, work: Work, vault: Vault) -> Filed:
    """Keep what was done, and say so where others may know; raises `Refused` if the rules refuse."""
    if isinstance(answer, Refusal):
        raise Conflict(answer.conflict) if answer.conflict else refused(answer.faults, answer.says)
    filed, now = answer.filed, work.now
    await save_filed(work, [filed])
    if answer.over:
        await settle(work, filed.id, now, *answer.over)
    await save_alarms(work, [(filed, alarm) for alarm in answer.alarms])
    await keep_step(filed, answer.step, work, vault)
    if is_closed(filed.kind):
        note_of_case(work, filed.id, answer.step.action)
        return filed
    work.note(f"referral/{filed.id}", answer.step.action, version=filed.version)
    if answer.is_acknowledged:
        _say_acknowledged(filed, answer.step.by, now, work)
    elif answer.step.action != CONTACT:
        work.say(moved_of(filed, now))
    if filed.kind is ReferralKind.RI9 and filed.outcome in DECIDES_MARKER:
        stands = DECIDES_MARKER[filed.outcome]
        work.say(MarkerDecided(visit_id=filed.visit_id, stands=stands, decided_at=now))
    return filed


def refused(faults: tuple[Fault, ...], says: str = "") -> Refused:
    """Return the refusal that names each field that something is wrong with."""
    reasons = tuple(FieldReason(f"/{fault.field}", fault.words) for fault in faults)
    return Refused(says or reasons[0].reason, reasons)


async def keep_step(filed: Filed, step: Step, work: Work, vault: Vault) -> None:
    """Keep what was done; of a case with its words only sealed."""
    sealed = None
    if is_closed(filed.kind) and step.words:
        record = f"case/{filed.id}"
        sealed = await vault.seal(work, f"{KEY_PREFIX}{record}/{random_id()}", record, step.words)
    await save_step(work, filed, step, sealed)


def moved_of(filed: Filed, at: datetime) -> ReferralMoved:
    """Return what is said of a referral that its desk did more about; how a violence marker was decided is not."""
    is_told = filed.outcome is not None and filed.kind is not ReferralKind.RI9
    return ReferralMoved(
        referral_id=str(filed.id),
        visit_id=filed.visit_id,
        kind=filed.kind,
        state=filed.state,
        outcome=outcome_words(filed.kind, filed.outcome) if is_told and filed.outcome else "",
        moved_at=at,
    )


def _say_acknowledged(filed: Filed, by: str, at: datetime, work: Work) -> None:
    said = ReferralAcknowledged(
        referral_id=str(filed.id),
        visit_id=filed.visit_id,
        kind=filed.kind,
        state=filed.state,
        acknowledged_by=by,
        acknowledged_at=at,
    )
    work.say(said)
