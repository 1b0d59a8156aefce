"""What happens when the risk register has worked out how dangerous a visit's premises is: its referrals catch up."""

from collections.abc import Sequence

from schemas.risk_register import VisitReviewed
from services.referrals.handlers.rounds import rounds
from services.referrals.rules.alarms import AlarmReason
from services.referrals.rules.records import Filed, Step
from services.referrals.rules.urgency import Appraisal, MoreUrgent, alarms_of_change, as_urgent, more_urgent
from services.referrals.store.desk import list_open_of_visits, save_filed, save_steps
from services.referrals.store.escalations import save_alarms, settle_all
from services.referrals.store.visits import save_appraisals
from services.shared.transactions import Heard, Work

SYSTEM = "RAVI"
MADE_URGENT = "made more urgent"
Changes = list[tuple[Filed, MoreUrgent]]
Appraisals = dict[str, Appraisal]


async def make_referrals_urgent(heard: Sequence[Heard[VisitReviewed]], work: Work) -> None:
    """Keep the levels of visits, and let their open referrals be as urgent as that; they never become less so."""
    telling = [each for each in heard if (each.event.base_level, each.event.safety_critical) != (None, None)]
    for part in rounds(telling):
        appraisals = {
            each.event.visit_id: Appraisal(each.event.base_level, each.event.safety_critical) for each in part
        }
        # Keeping it waits for whoever is raising these visits' referrals now, so none of them is overlooked.
        await save_appraisals(work, appraisals)
        await _save(_note(part, appraisals, await list_open_of_visits(work, appraisals), work), work)


def _note(
    part: Sequence[Heard[VisitReviewed]], appraisals: Appraisals, open_ones: Sequence[Filed], work: Work
) -> Changes:
    """Return which referrals become more urgent, and keep in the history because of what each does."""
    of_visit: dict[str, Changes] = {}
    for filed in open_ones:
        change = more_urgent(filed, appraisals[filed.visit_id], work.now)
        if change is not None:
            of_visit.setdefault(filed.visit_id, []).append((filed, change))
    for each in work.in_turn(part):
        for filed, change in of_visit.get(each.event.visit_id, ()):
            work.note(f"referral/{filed.id}", MADE_URGENT, was=filed.priority, priority=change.priority)
    return [change for changes in of_visit.values() for change in changes]


async def _save(changes: Changes, work: Work) -> None:
    now = work.now
    changed = [(as_urgent(filed, change, now), change) for filed, change in changes]
    await save_filed(work, [filed for filed, _ in changed])
    restarted = [filed.id for filed, change in changes if change.restarts]
    await settle_all(work, restarted, now, AlarmReason.NOT_ACKNOWLEDGED)
    alarms = [(filed, alarm) for filed, change in changes for alarm in alarms_of_change(filed, change, now)]
    await save_alarms(work, alarms)
    steps = [(filed, Step(now, SYSTEM, MADE_URGENT, filed.state, change.words), None) for filed, change in changed]
    await save_steps(work, steps)
