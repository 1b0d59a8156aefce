"""What becomes of a referral when its desk acts: as it is from now on, with the step and the alarms; or why not."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from schemas.visit_parts import is_closed
from schemas.vocabulary import ConsentState, ReferralKind, ReferralState
from services.referrals.rules.alarms import Alarm, AlarmReason, first_alarms
from services.referrals.rules.contact import Fault, reasons_to_refuse_contact
from services.referrals.rules.deadlines import deadlines_of
from services.referrals.rules.desks import is_held, may_be_sent_on_as
from services.referrals.rules.kinds import KINDS, priority_of
from services.referrals.rules.outcomes import (
    Outcome,
    outcome_words,
    reasons_to_refuse_length,
    reasons_to_refuse_outcome,
)
from services.referrals.rules.records import Filed, Step, VisitResult
from services.referrals.rules.transitions import may_move, reasons_to_refuse_move

READ_FIRST = Fault("purpose", "open what the crew wrote and read it before you finish with this referral")
VISIT_FIRST = Fault("outcome", "record the visit first, with what was fitted: this outcome says that it was made")
ALL_ALARMS = tuple(AlarmReason)


@dataclass(frozen=True)
class Asked:
    """Who asks for something to be done with a referral, when, and in which words."""

    by: str
    now: datetime
    words: str = ""

    def __repr__(self) -> str:
        return "[withheld]"


@dataclass(frozen=True)
class Done:
    """A referral as it is from now on, what was done, the alarms that are over, and those that begin."""

    filed: Filed
    step: Step
    over: tuple[AlarmReason, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    is_acknowledged: bool = False

    def __repr__(self) -> str:
        return "[withheld]"


@dataclass(frozen=True)
class Refusal:
    """Why nothing is done: what is to be mended field by field, or, in `conflict`, that the referral is past it."""

    faults: tuple[Fault, ...] = ()
    conflict: str = ""
    says: str = ""


def acknowledgement(filed: Filed, asked: Asked) -> Done | Refusal:
    """Return a referral taken in hand: it no longer waits.

    Policy: docs/domain/4.2.md.
    """
    done = _moved(filed, ReferralState.ACKNOWLEDGED, asked, acknowledged_at=asked.now, acknowledged_by=asked.by)
    if isinstance(done, Refusal):
        return done
    return replace(done, over=(AlarmReason.NOT_ACKNOWLEDGED,), is_acknowledged=True)


def acceptance(filed: Filed, asked: Asked) -> Done | Refusal:
    """Return a referral taken on as its desk's work.

    Policy: docs/domain/4.2.md.
    """
    return _moved(filed, ReferralState.ACCEPTED, asked)


def rejection(filed: Filed, asked: Asked) -> Done | Refusal:
    """Return a referral that is not for its desk; it stays in sight until it is sent on.

    Policy: docs/domain/4.2.md.
    """
    return _moved(filed, ReferralState.REJECTED, asked)


def closing(filed: Filed, outcome: Outcome | None, asked: Asked, *, has_read: bool) -> Done | Refusal:
    """Return a referral finished with an outcome of its desk's list; a sealed one only if it was read.

    Policy: docs/domain/4.2.md, `CLOSED(outcome)`.
    """
    faults = [] if has_read else [READ_FIRST]
    faults += [Fault(field, words) for field, words in reasons_to_refuse_outcome(filed.kind, outcome, asked.words)]
    if outcome is Outcome.VISITED and filed.progress.visit is not VisitResult.DONE:
        faults.append(VISIT_FIRST)
    if faults or outcome is None or not may_move(filed.state, ReferralState.CLOSED):
        return _refusal(filed, ReferralState.CLOSED, faults)
    said = ": ".join(part for part in (outcome_words(filed.kind, outcome), asked.words.strip()) if part)
    closed = replace(asked, words=said)
    return _moved(filed, ReferralState.CLOSED, closed, over=ALL_ALARMS, finished_at=asked.now, outcome=outcome)


def cancellation(filed: Filed, asked: Asked, *, has_read: bool) -> Done | Refusal:
    """Return a referral that should not have been raised, ended; whoever ends it has taken notice of it.

    Policy: docs/domain/4.2.md: it waits for nobody's acknowledgement any more; a sealed one only if it was read.
    """
    noticed: dict[str, Any] = (
        {} if filed.acknowledged_at else {"acknowledged_at": asked.now, "acknowledged_by": asked.by}
    )
    unread = () if has_read else (READ_FIRST,)
    done = _moved(filed, ReferralState.CANCELLED, asked, unread, over=ALL_ALARMS, finished_at=asked.now, **noticed)
    return replace(done, is_acknowledged=bool(noticed)) if isinstance(done, Done) else done


def reopening(filed: Filed, asked: Asked) -> Done | Refusal:
    """Return a closed referral opened again; its clock to the first action starts anew.

    Policy: docs/domain/4.2.md.
    """
    limits = deadlines_of(filed.kind, filed.priority, asked.now, filed.progress.need)
    alarms = first_alarms(filed.kind, filed.priority, asked.now, has_spoken=filed.spoken_at is not None)
    return _moved(
        filed,
        ReferralState.IN_PROGRESS,
        asked,
        action="reopened",
        alarms=tuple(alarm for alarm in alarms if alarm.reason is AlarmReason.NOBODY_SPOKEN_TO),
        finished_at=None,
        outcome=None,
        clock_started_at=asked.now,
        first_action_by=limits.first_action_by,
        human_contact_by=filed.human_contact_by if filed.spoken_at else limits.human_contact_by,
    )


def rerouting(
    filed: Filed, kind: ReferralKind | None, asked: Asked, consents: Iterable[ConsentState | None]
) -> Done | Refusal:
    """Return a rejected referral as what it should have been; that kind's desk, urgency and clocks start now.

    Policy: docs/domain/4.2.md.
    """
    faults = _faults_of_kind(filed, kind, consents)
    if kind is None or faults:
        return _refusal(filed, ReferralState.REROUTED, (*faults, *_unsaid(filed, ReferralState.REROUTED, asked)))
    now, where = asked.now, filed.where
    priority = priority_of(kind, level=where.base_level, safety_critical=bool(where.safety_critical))
    limits = deadlines_of(kind, priority, now, filed.progress.need)
    done = _moved(
        filed,
        ReferralState.REROUTED,
        asked,
        over=ALL_ALARMS,
        alarms=first_alarms(kind, priority, now, has_spoken=filed.spoken_at is not None),
        kind=kind,
        priority=priority,
        clock_started_at=now,
        acknowledge_by=limits.acknowledge_by,
        first_action_by=limits.first_action_by,
        human_contact_by=limits.human_contact_by,
        acknowledged_at=None,
        acknowledged_by=None,
    )
    if isinstance(done, Refusal):
        return done
    return replace(done, step=replace(done.step, words=f"{KINDS[kind].words}: {done.step.words}"))


def _faults_of_kind(
    filed: Filed, kind: ReferralKind | None, consents: Iterable[ConsentState | None]
) -> tuple[Fault, ...]:
    if kind is None:
        return (Fault("kind", "choose what it should have been"),)
    if not may_be_sent_on_as(filed.kind, kind):
        return (Fault("kind", "choose another kind: it cannot be sent on as this one"),)
    if is_closed(kind) and is_held(kind, consents):
        return (Fault("kind", "Safe and Well needs the person's consent, and it was not given: choose another"),)
    return ()


def contact_made(filed: Filed, at: datetime | None, asked: Asked) -> Done | Refusal:
    """Return a referral about which somebody was spoken to: the words say who.

    Policy: docs/domain/4.2.md.
    """
    if filed.is_finished:
        return Refusal(conflict="this referral is finished: open it again before you add to it")
    faults = reasons_to_refuse_contact(asked.words, at, filed.raised_at, asked.now)
    if faults or at is None:
        return Refusal(faults, says="this contact cannot be recorded")
    changed = replace(spoken_about(filed, at), version=filed.version + 1)
    return Done(changed, Step(at, asked.by, "contact", filed.state, asked.words.strip()), ALL_ALARMS)


def spoken_about(filed: Filed, at: datetime) -> Filed:
    """Return a referral about which somebody was spoken to; the first time counts, and the version stays.

    Policy: docs/domain/4.2.md.
    """
    return replace(filed, spoken_at=filed.spoken_at or at)


def escalation(filed: Filed, reason: AlarmReason) -> Filed | None:
    """Return a referral of which others had to be told as nobody acknowledged it, None if its state stays.

    The version stays: whoever has the page open may still acknowledge.

    Policy: docs/domain/4.2.md.
    """
    if reason is not AlarmReason.NOT_ACKNOWLEDGED or not may_move(filed.state, ReferralState.ESCALATED):
        return None
    return replace(filed, state=ReferralState.ESCALATED)


def _moved(
    filed: Filed,
    state: ReferralState,
    asked: Asked,
    faults: Iterable[Fault] = (),
    *,
    action: str = "",
    over: tuple[AlarmReason, ...] = (),
    alarms: tuple[Alarm, ...] = (),
    **changes: Any,
) -> Done | Refusal:
    """Return a referral in its next state, changed, and of the next version, if the table of transitions lets it."""
    faults = (*faults, *_unsaid(filed, state, asked))
    if faults or not may_move(filed.state, state):
        return _refusal(filed, state, faults)
    moved = replace(filed, state=state, version=filed.version + 1, **changes)
    step = Step(asked.now, asked.by, action or state.value.lower(), state, asked.words.strip())
    return Done(moved, step, over, alarms)


def _refusal(filed: Filed, state: ReferralState, faults: Iterable[Fault]) -> Refusal:
    if not may_move(filed.state, state):
        return Refusal(conflict=reasons_to_refuse_move(filed.state, state)[0])
    return Refusal(tuple(faults))


def _unsaid(filed: Filed, state: ReferralState, asked: Asked) -> tuple[Fault, ...]:
    unsaid = reasons_to_refuse_move(filed.state, state, asked.words)
    too_long = () if state is ReferralState.CLOSED else reasons_to_refuse_length(asked.words)
    return tuple(Fault("words", why) for why in (*unsaid, *too_long))
