"""When a referral turns out to be more urgent than it was when it left, and by when it must then be dealt with."""

from dataclasses import dataclass, replace
from datetime import datetime

from schemas.vocabulary import Priority
from services.domain.words import LEVEL_WORDS
from services.referrals.rules.alarms import Alarm, AlarmReason, first_alarms
from services.referrals.rules.deadlines import deadlines_of
from services.referrals.rules.kinds import priority_of
from services.referrals.rules.records import Filed


@dataclass(frozen=True)
class Appraisal:
    """What the risk register makes of a visit: the base level, and whether control had to see something at once."""

    base_level: int | None = None
    safety_critical: bool | None = None


@dataclass(frozen=True)
class MoreUrgent:
    """A referral as it is from now on; `restarts` says that the clock to acknowledgement runs anew from now."""

    priority: Priority
    acknowledge_by: datetime
    human_contact_by: datetime | None
    restarts: bool
    words: str


def gravest(known: Appraisal, by_hand: Appraisal) -> Appraisal:
    """Return what is known of a visit with the graver of its level and the one set by hand.

    Policy: docs/domain/4.2.md: a level set by hand counts from the beginning.
    """
    return replace(known, base_level=max(known.base_level or 0, by_hand.base_level or 0) or None)


def more_urgent(filed: Filed, appraisal: Appraisal, now: datetime) -> MoreUrgent | None:
    """Return how a referral becomes more urgent by what is known now, None if it does not. It never becomes less so.

    The shorter clock runs from now, as nobody could know before; a deadline that comes sooner stays.

    Policy: docs/domain/4.2.md: RI1 and RI4 by the risk level, RI2 by whether it is safety-critical.
    """
    priority = priority_of(filed.kind, level=appraisal.base_level, safety_critical=bool(appraisal.safety_critical))
    if filed.is_finished or priority >= filed.priority:
        return None
    limits = deadlines_of(filed.kind, priority, now)
    return MoreUrgent(
        priority=priority,
        acknowledge_by=min(filed.acknowledge_by, limits.acknowledge_by),
        human_contact_by=filed.human_contact_by or limits.human_contact_by,
        restarts=filed.waits and limits.acknowledge_by < filed.acknowledge_by,
        words=f"{filed.priority.value} to {priority.value}: {_why(appraisal)}",
    )


def _why(appraisal: Appraisal) -> str:
    why = []
    if appraisal.base_level is not None:
        why.append(f"risk level {appraisal.base_level}, {LEVEL_WORDS[appraisal.base_level].lower()}")
    if appraisal.safety_critical:
        why.append("safety-critical, shown to control at once")
    return "; ".join(why)


def as_urgent(filed: Filed, change: MoreUrgent, now: datetime) -> Filed:
    """Return a referral as urgent as a change makes it.

    Policy: docs/domain/4.2.md.
    """
    return replace(
        filed,
        priority=change.priority,
        acknowledge_by=change.acknowledge_by,
        human_contact_by=change.human_contact_by,
        clock_started_at=now if change.restarts else filed.clock_started_at,
    )


def alarms_of_change(filed: Filed, change: MoreUrgent, now: datetime) -> tuple[Alarm, ...]:
    """Return the alarms to set because a referral becomes more urgent: for the clocks that start now.

    Policy: docs/domain/4.2.md.
    """
    starts = {
        AlarmReason.NOT_ACKNOWLEDGED: change.restarts,
        AlarmReason.NOBODY_SPOKEN_TO: filed.human_contact_by is None,
    }
    alarms = first_alarms(filed.kind, change.priority, now, has_spoken=filed.spoken_at is not None)
    return tuple(alarm for alarm in alarms if starts[alarm.reason])
