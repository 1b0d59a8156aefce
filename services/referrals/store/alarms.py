"""Keep the alarms before control: sounded, heard, ended. A closed one is found without a look at its case."""

import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, cast, exists, func, literal, null, select, union_all, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.visit_parts import is_closed
from schemas.vocabulary import Priority, ReferralKind, Role
from services.referrals.rules.records import Alarmed, Filed, Whereabouts
from services.referrals.rules.rights import URGENT_PRIORITIES
from services.referrals.store.keeping import keep_by_kind
from services.referrals.tables.cases import (
    CaseAlarm,
    CaseEscalation,
    ControlAlarm,
    Escalation,
    Referral,
    VisitWhereabouts,
)
from services.shared.identifiers import random_id
from services.shared.rows import inserting
from services.shared.transactions import Work

PAIRS: tuple[tuple[type[Any], type[Any]], ...] = ((ControlAlarm, Escalation), (CaseAlarm, CaseEscalation))
KEPT_TIMES = 20
# No letter that is misheard or misread, and no vowel: a reference never spells a word.
REFERENCE_LETTERS = "2346789BCDFGHJKMPQRTVWXY"
PLACE = ("written", "unit_ref", "premises_id", "premises_name", "address", "postcode")
COLUMNS = tuple(field.name for field in fields(Alarmed))
ONCE_MORE = f"""
    ON CONFLICT (about) WHERE ended_at IS NULL DO UPDATE SET times = kept.times + 1, last_at = excluded.last_at,
        sounded_at = jsonb_path_query_array(
            kept.sounded_at || excluded.sounded_at, '$[last - {KEPT_TIMES - 1} to last]'
        )
"""
SOUND = inserting("referrals.alarms", ONCE_MORE), inserting("safeguarding.alarms", ONCE_MORE)


@dataclass(frozen=True)
class BeforeControl:
    """An alarm that stands before control; what it is about is None for a closed one."""

    alarm: Alarmed
    kind: ReferralKind | None
    priority: Priority | None
    where: Whereabouts


def new_reference() -> str:
    """Return a fresh random reference, to be said over a telephone: nothing follows from it."""
    letters = "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


async def sound(work: Work, about: Collection[Filed], at: datetime) -> None:
    """Let an alarm about each referral or case sound before control, for the first time or once more."""
    rows = [
        (
            filed.kind,
            {
                "id": random_id(),
                "about": filed.id,
                "reference": new_reference(),
                "sounded_at": [at.isoformat()],
                "times": 1,
                "first_at": at,
                "last_at": at,
            },
        )
        for filed in sorted({filed.id: filed for filed in about}.values(), key=lambda filed: filed.id)
    ]
    await keep_by_kind(work, SOUND, rows)


async def end_alarms(work: Work, about: Collection[UUID], at: datetime) -> None:
    """End the alarms of some referrals and cases of which control is told nothing any more."""
    for table, steps in PAIRS:
        stands = exists().where(
            steps.about == table.about, steps.told == Role.CONTROL.value, steps.settled_at.is_(None)
        )
        await work.execute(
            update(table).where(table.about.in_(about), table.ended_at.is_(None), ~stands).values(ended_at=at)
        )


async def list_before_control(session: AsyncSession, limit: int) -> tuple[list[BeforeControl], int, int]:
    """Return the alarms that stand before control, how many of them are heard as well as seen, and how many there are.

    Those that sound come first, longest standing first.
    """
    each = union_all(_open_ones(), _closed_ones()).subquery()
    pressing = func.count().filter(~each.c.quiet).over().label("pressing")
    wanted = (
        select(each, pressing, func.count().over().label("total"))
        .order_by(each.c.quiet, each.c.first_at, each.c.id)
        .limit(limit)
    )
    rows = (await session.execute(wanted)).mappings().all()
    found = [
        BeforeControl(
            alarm=_alarmed(row),
            kind=ReferralKind(row["kind"]) if row["kind"] else None,
            priority=Priority(row["priority"]) if row["priority"] else None,
            where=_place(row),
        )
        for row in rows
    ]
    return found, rows[0]["pressing"] if rows else 0, rows[0]["total"] if rows else 0


def _open_ones() -> Select[Any]:
    quiet = col(Referral.priority).not_in([priority.value for priority in URGENT_PRIORITIES])
    return (
        select(
            *(getattr(ControlAlarm, name) for name in COLUMNS),
            quiet.label("quiet"),
            col(Referral.kind),
            col(Referral.priority),
            *(getattr(VisitWhereabouts, name) for name in PLACE),
        )
        .join(Referral, col(Referral.id) == col(ControlAlarm.about))
        .outerjoin(VisitWhereabouts, col(VisitWhereabouts.visit_id) == col(Referral.visit_id))
        .where(col(ControlAlarm.ended_at).is_(None))
    )


def _closed_ones() -> Select[Any]:
    return select(
        *(getattr(CaseAlarm, name) for name in COLUMNS),
        literal(False).label("quiet"),
        *(cast(null(), String).label(name) for name in ("kind", "priority", *PLACE)),
    ).where(col(CaseAlarm.ended_at).is_(None))


def _place(row: Any) -> Whereabouts:
    known: dict[str, Any] = {name: row[name] or "" for name in PLACE}
    return Whereabouts(**known)


def _alarmed(row: Any) -> Alarmed:
    known = {name: row[name] for name in COLUMNS}
    return Alarmed(**known | {"sounded_at": tuple(datetime.fromisoformat(at) for at in row["sounded_at"])})


async def find_alarm(session: AsyncSession, alarm_id: UUID) -> Alarmed | None:
    """Return an alarm that stands before control, None if it has ended or never was."""
    return await _first(session, lambda table: [table.id == alarm_id, table.ended_at.is_(None)])


async def find_by_reference(session: AsyncSession, reference: str) -> Alarmed | None:
    """Return the alarm that bears a reference, ended or not, None if there is none."""
    return await _first(session, lambda table: [table.reference == reference])


async def _first(session: AsyncSession, which: Callable[[Any], Sequence[ColumnElement[bool]]]) -> Alarmed | None:
    for table, _ in PAIRS:
        row = (await session.execute(select(table.__table__).where(*which(table)))).mappings().first()
        if row is not None:
            return _alarmed(row)
    return None


async def mark_heard(work: Work, alarm_id: UUID, by: str, at: datetime) -> None:
    """Note who in control heard an alarm that still stands."""
    for table, _ in PAIRS:
        await work.execute(
            update(table).where(table.id == alarm_id, table.ended_at.is_(None)).values(heard_at=at, heard_by=by)
        )


async def save_contact(work: Work, alarm: Alarmed, at: datetime, by: str, number: str) -> None:
    """Keep with an alarm that control spoke to somebody."""
    spoken = {"contact_at": at, "contact_by": by, "incident_number": number or None}
    for table, _ in PAIRS:
        await work.execute(update(table).where(table.id == alarm.id).values(**spoken))


async def list_alarms_of(session: AsyncSession, filed: Filed, limit: int = 20) -> list[Alarmed]:
    """Return the alarms that a referral or case has had before control, newest first."""
    alarms: Any = CaseAlarm if is_closed(filed.kind) else ControlAlarm
    table = alarms.__table__
    wanted = select(table).where(table.c.about == filed.id).order_by(table.c.first_at.desc(), table.c.id).limit(limit)
    return [_alarmed(row) for row in (await session.execute(wanted)).mappings().all()]
