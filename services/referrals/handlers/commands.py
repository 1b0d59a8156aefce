"""What a desk may do with a referral: acknowledge, accept, reject, send on, record a contact, close, cancel, reopen."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.referrals import ReferralAcknowledged
from schemas.visit_parts import is_closed
from schemas.vocabulary import ReferralKind, ReferralState
from services.referrals.handlers.concerns import KEY_PREFIX
from services.referrals.handlers.reading import NO_SUCH_REFERRAL, consents_of
from services.referrals.rules.alarms import AlarmReason, first_alarms
from services.referrals.rules.contact import reasons_to_refuse_contact
from services.referrals.rules.deadlines import deadlines_of
from services.referrals.rules.desks import is_held, may_be_sent_on_as
from services.referrals.rules.kinds import KINDS, priority_of
from services.referrals.rules.outcomes import (
    Outcome,
    outcome_words,
    reasons_to_refuse_length,
    reasons_to_refuse_outcome,
)
from services.referrals.rules.records import Filed, Step
from services.referrals.rules.rights import may_read, may_work
from services.referrals.rules.transitions import may_move, reasons_to_refuse_move
from services.referrals.store.cases import has_read
from services.referrals.store.desk import change_filed, find_filed, save_step
from services.referrals.store.escalations import save_alarms, settle
from services.referrals.store.history import note_of_case
from services.shared.errors import Conflict, FieldReason, NotFound, Refused
from services.shared.identifiers import random_id
from services.shared.identity import NotAllowed, Person
from services.shared.secrets import Vault
from services.shared.transactions import Work

READ_FIRST = FieldReason("/purpose", "open what the crew wrote and read it before you finish with this referral")
WHEN_SPOKEN = "enter the day and time that you spoke"


@dataclass(frozen=True)
class Order:
    """Who wants something done with which referral, in the version that they saw, and their words if any."""

    referral_id: UUID
    version: int
    person: Person
    words: str = ""


async def acknowledge(order: Order, work: Work, vault: Vault) -> Filed:
    """Take a referral in hand; said of an open one, so that the crew knows."""
    filed = await _taken(order, work)
    now, by = work.now, order.person.name
    moved = await _move(filed, ReferralState.ACKNOWLEDGED, order, work, vault, acknowledged_at=now, acknowledged_by=by)
    await settle(work, filed.id, now, AlarmReason.NOT_ACKNOWLEDGED)
    _say_acknowledged(moved, by, now, work)
    return moved


def _say_acknowledged(filed: Filed, by: str, at: datetime, work: Work) -> None:
    if not is_closed(filed.kind):
        said = ReferralAcknowledged(
            referral_id=str(filed.id),
            visit_id=filed.visit_id,
            kind=filed.kind,
            state=filed.state,
            acknowledged_by=by,
            acknowledged_at=at,
        )
        work.say(said)


async def accept(order: Order, work: Work, vault: Vault) -> Filed:
    """Take a referral on as this desk's work."""
    return await _move(await _taken(order, work), ReferralState.ACCEPTED, order, work, vault)


async def reject(order: Order, work: Work, vault: Vault) -> Filed:
    """Say that a referral is not for this desk, and why; it stays in sight until it is sent on."""
    return await _move(await _taken(order, work), ReferralState.REJECTED, order, work, vault)


async def close(order: Order, outcome: Outcome | None, work: Work, vault: Vault) -> Filed:
    """Finish a referral with an outcome of its desk's list; a sealed one only by somebody who has read it."""
    filed = await _taken(order, work)
    _may_go(filed, ReferralState.CLOSED)
    reasons = [] if await _has_read(filed, order, work) else [READ_FIRST]
    reasons += [
        FieldReason(f"/{name}", why) for name, why in reasons_to_refuse_outcome(filed.kind, outcome, order.words)
    ]
    if reasons or outcome is None:
        raise Refused(reasons[0].reason, tuple(reasons))
    now, said = work.now, outcome_words(filed.kind, outcome)
    told = f"{said}: {order.words.strip()}" if order.words.strip() else said
    in_words = replace(order, words=told)
    closed = await _move(filed, ReferralState.CLOSED, in_words, work, vault, finished_at=now, outcome=outcome)
    await settle(work, filed.id, now)
    return closed


async def cancel(order: Order, work: Work, vault: Vault) -> Filed:
    """End a referral that should not have been raised, and say why; a sealed one only by somebody who has read it.

    Who cancels it has taken notice of it: it waits for nobody's acknowledgement any more.
    """
    filed = await _taken(order, work)
    _may_go(filed, ReferralState.CANCELLED)
    reasons = [] if await _has_read(filed, order, work) else [READ_FIRST]
    reasons += _faults_of_words(filed, ReferralState.CANCELLED, order)
    if reasons:
        raise Refused(reasons[0].reason, tuple(reasons))
    now, by = work.now, order.person.name
    noticed: dict[str, Any] = {} if filed.acknowledged_at else {"acknowledged_at": now, "acknowledged_by": by}
    cancelled = await _move(filed, ReferralState.CANCELLED, order, work, vault, finished_at=now, **noticed)
    await settle(work, filed.id, now)
    if noticed:
        _say_acknowledged(cancelled, by, now, work)
    return cancelled


async def reopen(order: Order, work: Work, vault: Vault) -> Filed:
    """Open a closed referral again, and say why; its clock to the first action starts anew."""
    filed = await _taken(order, work)
    now = work.now
    limits = deadlines_of(filed.kind, filed.priority, now)
    opened = await _move(
        filed,
        ReferralState.IN_PROGRESS,
        order,
        work,
        vault,
        action="reopened",
        finished_at=None,
        outcome=None,
        clock_started_at=now,
        first_action_by=limits.first_action_by,
        human_contact_by=filed.human_contact_by if filed.spoken_at else limits.human_contact_by,
    )
    alarms = first_alarms(filed.kind, filed.priority, now, has_spoken=filed.spoken_at is not None)
    unspoken = (alarm for alarm in alarms if alarm.reason is AlarmReason.NOBODY_SPOKEN_TO)
    await save_alarms(work, [(opened, alarm) for alarm in unspoken])
    return opened


async def reroute(order: Order, kind: ReferralKind | None, work: Work, vault: Vault) -> Filed:
    """Send a rejected referral on as what it should have been; that kind's desk, urgency and clocks start now."""
    filed = await _taken(order, work)
    _may_go(filed, ReferralState.REROUTED)
    reasons = (
        *await _faults_of_kind(filed, kind, work, vault),
        *_faults_of_words(filed, ReferralState.REROUTED, order),
    )
    if reasons or kind is None:
        raise Refused(reasons[0].reason, reasons)
    now, where = work.now, filed.where
    priority = priority_of(kind, level=where.base_level, safety_critical=bool(where.safety_critical))
    limits = deadlines_of(kind, priority, now)
    sent = await _move(
        filed,
        ReferralState.REROUTED,
        order,
        work,
        vault,
        said=f"{KINDS[kind].words}: {order.words.strip()}",
        kind=kind,
        priority=priority,
        clock_started_at=now,
        acknowledge_by=limits.acknowledge_by,
        first_action_by=limits.first_action_by,
        human_contact_by=limits.human_contact_by,
        acknowledged_at=None,
        acknowledged_by=None,
    )
    await settle(work, filed.id, now)
    alarms = first_alarms(kind, priority, now, has_spoken=sent.spoken_at is not None)
    await save_alarms(work, [(sent, alarm) for alarm in alarms])
    return sent


async def _faults_of_kind(
    filed: Filed, kind: ReferralKind | None, session: AsyncSession, vault: Vault
) -> tuple[FieldReason, ...]:
    if kind is None:
        return (FieldReason("/kind", "choose what it should have been"),)
    if not may_be_sent_on_as(filed.kind, kind):
        return (FieldReason("/kind", "choose another kind: it cannot be sent on as this one"),)
    if is_closed(kind) and is_held(kind, await consents_of(filed, session, vault)):
        return (FieldReason("/kind", "Safe and Well needs the person's consent, and it was not given: choose another"),)
    return ()


async def contact(order: Order, at: datetime | None, work: Work, vault: Vault) -> Filed:
    """Record who was spoken to (the words of the order), and when."""
    filed = await _taken(order, work)
    if filed.is_finished:
        raise Conflict("this referral is finished: open it again before you add to it")
    faults = reasons_to_refuse_contact(order.words, at, filed.raised_at, work.now)
    if faults or at is None:
        reasons = tuple(FieldReason(f"/{fault.field}", fault.words) for fault in faults)
        raise Refused("this contact cannot be recorded", reasons)
    changed = await change_filed(work, filed, spoken_at=filed.spoken_at or at)
    await settle(work, filed.id, work.now)
    await _keep(changed, "contact", order, order.words.strip(), work, vault, at=at)
    return changed


async def _has_read(filed: Filed, order: Order, session: AsyncSession) -> bool:
    """Return whether nothing is sealed here, or this person has opened it since it came, or came back, to the desk."""
    return not is_closed(filed.kind) or await has_read(session, filed.id, order.person.name, filed.clock_started_at)


async def _taken(order: Order, session: AsyncSession) -> Filed:
    """Return the referral, locked, if it is for this person's desk and still as they saw it."""
    filed = await find_filed(session, order.referral_id, lock=True)
    if filed is None or not may_read(order.person.roles, order.person.station, filed):
        raise NotFound(NO_SUCH_REFERRAL)
    if not may_work(order.person.roles, filed.kind):
        raise NotAllowed("your role may read this referral, and its own desk works it")
    if filed.version != order.version:
        raise Conflict("somebody changed this referral after you opened it: see what happened, then send yours again")
    return filed


async def _move(
    filed: Filed,
    state: ReferralState,
    order: Order,
    work: Work,
    vault: Vault,
    said: str = "",
    action: str = "",
    **changes: Any,
) -> Filed:
    _may_go(filed, state)
    reasons = _faults_of_words(filed, state, order)
    if reasons:
        raise Refused(reasons[0].reason, reasons)
    moved = await change_filed(work, filed, state=state, **changes)
    await _keep(moved, action or state.value.lower(), order, said or order.words.strip(), work, vault)
    return moved


def _may_go(filed: Filed, state: ReferralState) -> None:
    if not may_move(filed.state, state):
        raise Conflict(reasons_to_refuse_move(filed.state, state)[0])


def _faults_of_words(filed: Filed, state: ReferralState, order: Order) -> tuple[FieldReason, ...]:
    unsaid = reasons_to_refuse_move(filed.state, state, order.words)
    too_long = () if state is ReferralState.CLOSED else reasons_to_refuse_length(order.words)
    return tuple(FieldReason("/words", why) for why in (*unsaid, *too_long))


async def _keep(
    filed: Filed,
    action: str,
    order: Order,
    words: str,
    work: Work,
    vault: Vault,
    at: datetime | None = None,
) -> None:
    """Keep the step and its entry in the history; of a case in a history of its own, its words only sealed."""
    step = Step(at or work.now, order.person.name, action, filed.state, words)
    if not is_closed(filed.kind):
        await save_step(work, filed, step)
        work.note(f"referral/{filed.id}", action, version=filed.version)
        return
    sealed = None
    if words:
        record = f"case/{filed.id}"
        sealed = await vault.seal(work, f"{KEY_PREFIX}{record}/{random_id()}", record, words)
    await save_step(work, filed, step, sealed)
    note_of_case(work, filed.id, action)
