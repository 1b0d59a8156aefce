"""What happens when the risk register has worked out how dangerous a visit's premises is: its referrals catch up."""

from datetime import datetime

from schemas.risk_register import VisitReviewed
from services.referrals.rules.alarms import AlarmReason, first_alarms
from services.referrals.rules.records import Filed, Step
from services.referrals.rules.urgency import Appraisal, MoreUrgent, more_urgent
from services.referrals.store.desk import list_open_of_visit, make_urgent, save_step
from services.referrals.store.escalations import save_alarms, settle
from services.referrals.store.visits import save_appraisal
from services.shared.transactions import Work

SYSTEM = "RAVI"
MADE_URGENT = "made more urgent"


async def make_referrals_urgent(event: VisitReviewed, work: Work) -> None:
    """Keep the level of a visit, and let its open referrals be as urgent as that; they never become less so."""
    if event.base_level is None and event.safety_critical is None:
        return
    appraisal = Appraisal(event.base_level, event.safety_critical)
    # Keeping it waits for whoever is raising this visit's referrals now, so none of them is overlooked.
    await save_appraisal(work, event.visit_id, appraisal)
    now = work.now
    for filed in await list_open_of_visit(work, event.visit_id):
        change = more_urgent(filed, appraisal, now)
        if change is not None:
            await _make_urgent(filed, change, work, now)


async def _make_urgent(filed: Filed, change: MoreUrgent, work: Work, now: datetime) -> None:
    changed = await make_urgent(work, filed, change, now)
    alarms = first_alarms(filed.kind, change.priority, now, has_spoken=filed.spoken_at is not None)
    if change.restarts:
        await settle(work, filed.id, now, AlarmReason.NOT_ACKNOWLEDGED)
        await save_alarms(work, changed, (each for each in alarms if each.reason is AlarmReason.NOT_ACKNOWLEDGED))
    if filed.human_contact_by is None:
        await save_alarms(work, changed, (each for each in alarms if each.reason is AlarmReason.NOBODY_SPOKEN_TO))
    await save_step(work, changed, Step(now, SYSTEM, MADE_URGENT, changed.state, change.words))
    work.note(f"referral/{filed.id}", MADE_URGENT, was=filed.priority, priority=change.priority)
