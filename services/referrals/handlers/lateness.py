"""What happens when a desk is late: the next role is told, then control, again and again until somebody acts."""

import logging
from collections.abc import Sequence
from datetime import datetime

from schemas.visit_parts import is_closed
from schemas.vocabulary import Role
from services.referrals.rules.alarms import AlarmReason, alarms_after, still_matters
from services.referrals.rules.casework import escalation
from services.referrals.rules.escalation import role_alarmed
from services.referrals.store.alarms import sound
from services.referrals.store.desk import save_filed
from services.referrals.store.escalations import save_alarms, settle_all
from services.referrals.store.late import Late, WentOff, list_late, save_went_off
from services.shared.transactions import Work

logger = logging.getLogger(__name__)

SAID = {
    AlarmReason.NOT_ACKNOWLEDGED: "referral %s is not acknowledged in time (step %d): %s is told",
    AlarmReason.NOBODY_SPOKEN_TO: "nobody has been spoken to about referral %s in time (step %d): %s is told",
}


async def sound_alarms(work: Work, now: datetime) -> int:
    """Let every alarm go off whose moment has come; return how many there were."""
    late = await list_late(work, now)
    true = [each for each in late if still_matters(each.alarm.reason, each.filed.state, each.filed.spoken_at)]
    for reason in AlarmReason:
        past = [each.filed.id for each in late if each not in true and each.alarm.reason is reason]
        await settle_all(work, past, now, reason)
    await _go_off(true, work, now)
    return len(late)


async def _go_off(late: Sequence[Late], work: Work, now: datetime) -> None:
    went_off, following = [], []
    for each in late:
        filed, alarm = each.filed, each.alarm
        sounding, next_one = alarms_after(alarm, filed.kind, filed.priority, filed.clock_started_at, now)
        went_off.append(WentOff(each, sounding, role_alarmed(filed.kind, sounding.reason, sounding.step)))
        following.append((filed, next_one))
    await save_went_off(work, went_off, now)
    await save_alarms(work, following)
    await sound(work, [each.late.filed for each in went_off if each.told is Role.CONTROL], now)
    gone_up = (escalation(each.late.filed, each.alarm.reason) for each in went_off)
    await save_filed(work, [filed for filed in gone_up if filed is not None])
    for gone in went_off:
        _tell(gone, work)


def _tell(went_off: WentOff, work: Work) -> None:
    """Keep it in the history and the log, of an open referral; both are read by others, so of a case not a word."""
    filed, alarm, role = went_off.late.filed, went_off.alarm, went_off.told
    if is_closed(filed.kind):
        return
    work.note(f"referral/{filed.id}", "escalated", reason=alarm.reason, step=alarm.step, told=role)
    logger.warning(SAID[alarm.reason], filed.id, alarm.step, role.value)
