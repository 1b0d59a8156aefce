"""Keep the steps of being late: set for a moment, gone off to somebody, or no longer needed."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.referrals.rules.alarms import Alarm, AlarmReason
from services.referrals.rules.records import AlarmRaised, Filed
from services.referrals.store.alarms import end_alarms
from services.referrals.store.keeping import keep_by_kind
from services.referrals.tables.cases import CaseEscalation, Escalation, EscalationRow
from services.shared.identifiers import random_id
from services.shared.rows import inserting
from services.shared.transactions import Work

BOTH = (Escalation, CaseEscalation)
SAVE = inserting("referrals.escalations"), inserting("safeguarding.escalations")


async def save_alarms(work: Work, alarms: Iterable[tuple[Filed, Alarm]]) -> None:
    """Set alarms for referrals and cases."""
    rows = [
        (
            filed.kind,
            {"id": random_id(), "about": filed.id, "reason": alarm.reason, "step": alarm.step, "due_at": alarm.due_at},
        )
        for filed, alarm in alarms
    ]
    await keep_by_kind(work, SAVE, rows)


async def settle(work: Work, about: UUID, at: datetime, *reasons: AlarmReason) -> None:
    """Note that alarms are no longer needed, some reasons or all if none is named; what was before control ends."""
    await settle_all(work, [about], at, *reasons)


async def settle_all(work: Work, about: Collection[UUID], at: datetime, *reasons: AlarmReason) -> None:
    """Note of several referrals and cases that alarms are no longer needed."""
    if not about:
        return
    wanted = [reason.value for reason in reasons or AlarmReason]
    for table in BOTH:
        await work.execute(
            update(table)
            .where(col(table.about).in_(about), col(table.reason).in_(wanted), col(table.settled_at).is_(None))
            .values(settled_at=at)
        )
    await end_alarms(work, about, at)


async def alarms_of(session: AsyncSession, about: Sequence[UUID]) -> dict[UUID, tuple[AlarmRaised, ...]]:
    """Return the alarms that went off and still stand, the newest of each reason, for some referrals and cases."""
    newest: dict[tuple[UUID, AlarmReason], AlarmRaised] = {}
    for table in BOTH if about else ():
        wanted = (
            select(table)
            .where(col(table.about).in_(about), col(table.fired_at).is_not(None), col(table.settled_at).is_(None))
            .ext(distinct_on(col(table.about), col(table.reason)))
            .order_by(col(table.about), col(table.reason), col(table.step).desc())
        )
        rows: Sequence[EscalationRow] = (await session.exec(wanted)).all()
        for row in rows:
            reason = AlarmReason(row.reason)
            newest[row.about, reason] = AlarmRaised(reason, row.step, row.fired_at or row.due_at, row.told or "")
    lasting: dict[UUID, tuple[AlarmRaised, ...]] = {}
    for (which, _), raised in newest.items():
        lasting[which] = (*lasting.get(which, ()), raised)
    return lasting
