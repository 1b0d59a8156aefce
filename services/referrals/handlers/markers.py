"""What happens before the 12 months of a violence marker end: it is back on the desks of those who decide it."""

from datetime import datetime

from services.domain.working_time import local_date
from services.referrals.handlers.commands import moved_of
from services.referrals.rules.casework import Done
from services.referrals.rules.markers import TOLD_BEFORE, asked_again, decided_too_long_ago
from services.referrals.store.desk import save_filed, save_steps
from services.referrals.store.escalations import save_alarms
from services.referrals.store.markers import list_markers_ending
from services.shared.transactions import Work

EVERY_S = 60.0


async def ask_for_markers_again(work: Work, now: datetime) -> int:
    """Open each marker again that ends within 28 days, decided or not; return how many there were."""
    today = local_date(now)
    stood = await list_markers_ending(work, decided_too_long_ago(now), today, today + TOLD_BEFORE)
    answers = (asked_again(filed, work.by.actor, now) for filed in stood)
    done = [answer for answer in answers if isinstance(answer, Done)]
    await save_filed(work, [each.filed for each in done])
    await save_steps(work, [(each.filed, each.step, None) for each in done])
    await save_alarms(work, [(each.filed, alarm) for each in done for alarm in each.alarms])
    for each in done:
        work.note(f"referral/{each.filed.id}", each.step.action, version=each.filed.version)
        work.say(moved_of(each.filed, now))
    return len(done)
