"""Keep the alarms: set for a moment, gone off, or no longer needed."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.visit_parts import is_closed
from services.referrals.rules.alarms import Alarm, AlarmReason
from services.referrals.rules.records import AlarmRaised, Filed
from services.referrals.tables import CaseEscalation, Escalation, EscalationRow
from services.shared.identifiers import new_id

BOTH = (Escalation, CaseEscalation)


def _table(filed: Filed) -> type[Escalation] | type[CaseEscalation]:
    return CaseEscalation if is_closed(filed.kind) else Escalation


async def save_alarms(session: AsyncSession, filed: Filed, alarms: Iterable[Alarm], at: datetime) -> None:
    """Set alarms for a referral or case."""
    for alarm in alarms:
        session.add(
            _table(filed)(
                id=new_id(at), about=filed.id, reason=alarm.reason.value, step=alarm.step, due_at=alarm.due_at
            )
        )
    await session.flush()


async def list_due(session: AsyncSession, now: datetime, limit: int = 100) -> list[tuple[UUID, UUID, Alarm]]:
    """Return the alarms whose moment has come, as (its id, the referral's id, the alarm), longest due first."""
    found: list[tuple[UUID, UUID, Alarm]] = []
    for table in BOTH:
        wanted = (
            select(table)
            .where(col(table.fired_at).is_(None), col(table.settled_at).is_(None), col(table.due_at) <= now)
            .order_by(col(table.due_at))
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows: Sequence[EscalationRow] = (await session.exec(wanted)).all()
        found += [(row.id, row.about, Alarm(AlarmReason(row.reason), row.step, row.due_at)) for row in rows]
    return found


async def mark_fired(session: AsyncSession, filed: Filed, alarm_id: UUID, step: int, at: datetime) -> None:
    """Note that an alarm went off, and at which step."""
    table = _table(filed)
    await session.execute(update(table).where(col(table.id) == alarm_id).values(fired_at=at, step=step))


async def settle(session: AsyncSession, about: UUID, at: datetime, *reasons: AlarmReason) -> None:
    """Note that alarms are no longer needed: some reasons, or all if none is named."""
    wanted = [reason.value for reason in reasons or AlarmReason]
    for table in BOTH:
        await session.execute(
            update(table)
            .where(col(table.about) == about, col(table.reason).in_(wanted), col(table.settled_at).is_(None))
            .values(settled_at=at)
        )


async def standing_alarms(session: AsyncSession, about: Sequence[UUID]) -> dict[UUID, tuple[AlarmRaised, ...]]:
    """Return the alarms that went off and still stand, the newest of each reason, for some referrals and cases."""
    newest: dict[tuple[UUID, AlarmReason], AlarmRaised] = {}
    for table in BOTH if about else ():
        wanted = (
            select(table)
            .where(col(table.about).in_(about), col(table.fired_at).is_not(None), col(table.settled_at).is_(None))
            .order_by(col(table.step))
        )
        rows: Sequence[EscalationRow] = (await session.exec(wanted)).all()
        for row in rows:
            reason = AlarmReason(row.reason)
            newest[row.about, reason] = AlarmRaised(reason, row.step, row.fired_at or row.due_at)
    standing: dict[UUID, tuple[AlarmRaised, ...]] = {}
    for (which, _), raised in newest.items():
        standing[which] = (*standing.get(which, ()), raised)
    return standing
