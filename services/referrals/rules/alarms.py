"""When a desk is late: which alarms wait for a referral, and what goes off when their moment has come."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from schemas.vocabulary import Priority, ReferralKind, ReferralState
from services.referrals.rules.deadlines import HALF_OF_HUMAN_CONTACT, deadlines_of, escalation_due_at
from services.referrals.rules.transitions import FINISHED, WAITING_FOR_ACKNOWLEDGEMENT


class AlarmReason(StrEnum):
    """Why there is an alarm."""

    NOT_ACKNOWLEDGED = "NOT_ACKNOWLEDGED"
    NOBODY_SPOKEN_TO = "NOBODY_SPOKEN_TO"


@dataclass(frozen=True)
class Alarm:
    """An alarm that is set: why, which time in a row, and for when."""

    reason: AlarmReason
    step: int
    due_at: datetime


def first_alarms(
    kind: ReferralKind, priority: Priority, started_at: datetime, *, has_spoken: bool
) -> tuple[Alarm, ...]:
    """Return the alarms to set when a referral reaches a desk.

    Policy: docs/domain/4.2.md: acknowledgement in time, and for P0 and P1 somebody spoken to.
    """
    limits = deadlines_of(kind, priority, started_at)
    alarms = [Alarm(AlarmReason.NOT_ACKNOWLEDGED, 1, limits.acknowledge_by)]
    if limits.human_contact_by is not None and not has_spoken:
        alarms.append(Alarm(AlarmReason.NOBODY_SPOKEN_TO, 1, limits.human_contact_by))
    return tuple(alarms)


def still_matters(reason: AlarmReason, state: ReferralState, spoken_at: datetime | None) -> bool:
    """Return whether an alarm whose moment has come is still true of its referral.

    Policy: docs/domain/4.2.md.
    """
    if reason is AlarmReason.NOT_ACKNOWLEDGED:
        return state in WAITING_FOR_ACKNOWLEDGEMENT
    return spoken_at is None and state not in FINISHED


def alarms_after(
    alarm: Alarm, kind: ReferralKind, priority: Priority, started_at: datetime, now: datetime
) -> tuple[Alarm, Alarm]:
    """Return the alarm as it goes off now, at the latest step whose moment has come, and the next one to set.

    Policy: docs/domain/4.2.md: repeated every half-interval until somebody acknowledges, or was spoken to. Steps
    missed while the system was down are told once; not the first, as it tells another role than those after it.
    """
    step, due_at = alarm.step, alarm.due_at
    following = _due_after(alarm.reason, kind, priority, started_at, step, due_at)
    tells_next_role = alarm.reason is AlarmReason.NOT_ACKNOWLEDGED and step == 1
    while following <= now and not tells_next_role:
        step, due_at = step + 1, following
        following = _due_after(alarm.reason, kind, priority, started_at, step, due_at)
    return Alarm(alarm.reason, step, due_at), Alarm(alarm.reason, step + 1, following)


def _due_after(
    reason: AlarmReason, kind: ReferralKind, priority: Priority, started_at: datetime, step: int, due_at: datetime
) -> datetime:
    if reason is AlarmReason.NOBODY_SPOKEN_TO:
        return due_at + HALF_OF_HUMAN_CONTACT
    return escalation_due_at(kind, priority, started_at, step + 1)
