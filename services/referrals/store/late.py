"""Find what is late, and keep that it went off: many at once, each with its referral, whichever desk it is on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, or_, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.vocabulary import Role
from services.referrals.rules.alarms import Alarm, AlarmReason
from services.referrals.rules.records import Filed
from services.referrals.store.desk import columns_with_place, filed_of
from services.referrals.store.keeping import keep_by_kind
from services.referrals.tables.cases import Case, CaseEscalation, Escalation, Referral, VisitWhereabouts
from services.shared.rows import updating
from services.shared.transactions import Work

PAIRS: tuple[tuple[type[Any], type[Any]], ...] = ((Escalation, Referral), (CaseEscalation, Case))
# The look comes round every two seconds: what is overdue by this has not been looked at.
NOT_LOOKED_AT = timedelta(minutes=1)
FIRED = ("fired_at", "step", "told")
WENT_OFF = updating("referrals.escalations", FIRED), updating("safeguarding.escalations", FIRED)


@dataclass(frozen=True)
class Late:
    """A step whose moment has come, with its referral or case, both locked for this transaction."""

    step_id: UUID
    alarm: Alarm
    filed: Filed


@dataclass(frozen=True)
class WentOff:
    """A step that went off: at which step in the end, and who was told."""

    late: Late
    alarm: Alarm
    told: Role


async def list_late(work: Work, now: datetime, limit: int = 100) -> list[Late]:
    """Return the steps whose moment has come, longest due first; one whose referral is being worked waits its turn."""
    found: list[Late] = []
    for steps, records in PAIRS:
        wanted = (
            select(steps.id.label("step_id"), steps.reason, steps.step, steps.due_at, *columns_with_place(records))
            .join(records, records.id == steps.about)
            .outerjoin(VisitWhereabouts, col(VisitWhereabouts.visit_id) == records.visit_id)
            .where(steps.fired_at.is_(None), steps.settled_at.is_(None), steps.due_at <= now)
            .order_by(steps.due_at, steps.id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=[steps, records])
        )
        for row in await work.execute(wanted):
            found.append(Late(row.step_id, Alarm(AlarmReason(row.reason), row.step, row.due_at), filed_of(row)))
    return found


async def save_went_off(work: Work, went_off: Sequence[WentOff], at: datetime) -> None:
    """Keep which steps went off, and to whom."""
    rows = [
        (each.late.filed.kind, {"id": each.late.step_id, "fired_at": at, "step": each.alarm.step, "told": each.told})
        for each in went_off
    ]
    await keep_by_kind(work, WENT_OFF, rows)


async def list_alarmed(session: AsyncSession, roles: Collection[str], limit: int) -> tuple[list[Filed], int]:
    """Return the referrals and cases of which one of these roles was told as the next one, and how many they are.

    Those to acknowledge soonest come first.
    """
    found: list[Filed] = []
    total = 0
    for steps, records in PAIRS:
        gone_up = exists().where(steps.about == records.id, steps.told.in_(roles), steps.settled_at.is_(None))
        wanted = (
            select(*columns_with_place(records), func.count().over().label("total"))
            .outerjoin(VisitWhereabouts, col(VisitWhereabouts.visit_id) == records.visit_id)
            .where(gone_up)
            .order_by(records.acknowledge_by, records.id)
            .limit(limit)
        )
        rows = (await session.execute(wanted)).all()
        found += [filed_of(row) for row in rows]
        total += rows[0].total if rows else 0
    return sorted(found, key=lambda filed: (filed.acknowledge_by, str(filed.id)))[:limit], total


async def is_looked_at(session: AsyncSession, now: datetime) -> bool:
    """Return whether the clocks are being watched: nothing that was due a minute ago still waits to go off."""
    waits = [
        exists().where(steps.fired_at.is_(None), steps.settled_at.is_(None), steps.due_at < now - NOT_LOOKED_AT)
        for steps, _ in PAIRS
    ]
    return not (await session.execute(select(or_(*waits)))).scalar_one()
