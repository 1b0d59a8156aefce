"""What happens when a desk is late: the alarm stands on the desk until somebody acts, and sounds again."""

import logging
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.visit_parts import is_closed
from schemas.vocabulary import ReferralState
from services.referrals.handlers.concerns import note_of_case
from services.referrals.rules.alarms import Alarm, AlarmReason, alarms_after, still_matters
from services.referrals.rules.records import Filed
from services.referrals.rules.transitions import may_move
from services.referrals.store.desk import find_filed, mark_escalated
from services.referrals.store.escalations import list_due, mark_fired, save_alarms, settle
from services.shared.transactions import note

logger = logging.getLogger(__name__)

SAID = {
    AlarmReason.NOT_ACKNOWLEDGED: "referral %s is not acknowledged in time (step %d)",
    AlarmReason.NOBODY_SPOKEN_TO: "nobody has been spoken to about referral %s in time (step %d)",
}


async def sound_alarms(session: AsyncSession, now: datetime) -> int:
    """Let every alarm go off whose moment has come; return how many there were."""
    due = await list_due(session, now)
    for alarm_id, about, alarm in due:
        filed = await find_filed(session, about, lock=True)
        if filed is None or not still_matters(alarm.reason, filed.state, filed.spoken_at):
            await settle(session, about, now, alarm.reason)
        else:
            await _sound(alarm_id, alarm, filed, session, now)
    return len(due)


async def _sound(alarm_id: UUID, alarm: Alarm, filed: Filed, session: AsyncSession, now: datetime) -> None:
    sounding, following = alarms_after(alarm, filed.kind, filed.priority, filed.clock_started_at, now)
    await mark_fired(session, filed, alarm_id, sounding.step, now)
    await save_alarms(session, filed, (following,) if following else (), now)
    if alarm.reason is AlarmReason.NOT_ACKNOWLEDGED and may_move(filed.state, ReferralState.ESCALATED):
        await mark_escalated(session, filed)
    if is_closed(filed.kind):
        note_of_case(session, filed.id, "escalated")
        return
    note(session, f"referral/{filed.id}", "escalated", reason=alarm.reason, step=sounding.step)
    logger.warning(SAID[alarm.reason], filed.id, sounding.step)
