"""When a referral turns out to be more urgent than it was when it left, and by when it must then be dealt with."""

from dataclasses import dataclass
from datetime import datetime

from schemas.vocabulary import Priority
from services.domain.words import LEVEL_WORDS
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
