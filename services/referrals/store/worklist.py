"""The worklist of Safe and Well: ordered by need and by what is due, limited and counted where the cases are kept."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.vocabulary import ReferralKind, ReferralState
from services.referrals.rules.records import Filed
from services.referrals.rules.rights import Scope
from services.referrals.rules.worklist import NEEDS_IN_ORDER, Narrowed, Stage, Tally
from services.referrals.store.desk import columns_with_place, filed_of, with_alarms
from services.referrals.store.due import due_sql, stage_sql
from services.referrals.store.lists import in_scope
from services.referrals.tables.cases import Case, VisitWhereabouts

need_sql = func.coalesce(col(Case.need), "")
RANK = case({need.value if need else "": place for place, need in enumerate(NEEDS_IN_ORDER)}, value=need_sql)
DROPPED = [ReferralState.CANCELLED.value, ReferralState.DUPLICATE_OF.value]


async def list_worklist(
    session: AsyncSession, scopes: Collection[Scope], narrowed: Narrowed, now: datetime, *, limit: int, offset: int = 0
) -> list[Filed]:
    """Return one page of the open cases that may be read: the greatest need first, of those what is due soonest."""
    wanted = (
        select(*columns_with_place(Case))
        .outerjoin(VisitWhereabouts, col(VisitWhereabouts.visit_id) == col(Case.visit_id))
        .where(in_scope(Case, scopes), col(Case.finished_at).is_(None), *_where(narrowed, now))
        .order_by(RANK, due_sql.asc().nulls_last(), col(Case.raised_at), col(Case.id))
        .limit(limit)
        .offset(offset)
    )
    return await with_alarms(session, [filed_of(row) for row in (await session.execute(wanted)).all()])


async def tally_worklist(session: AsyncSession, scopes: Collection[Scope], now: datetime) -> list[Tally]:
    """Return how many open cases may be read, by need, stage, station and whether they are late."""
    late = func.coalesce(due_sql < now, False)
    named = select(need_sql.label("need"), stage_sql.label("stage"), col(Case.station), late.label("late"))
    open_ones = named.where(in_scope(Case, scopes), col(Case.finished_at).is_(None)).subquery().c
    groups = (open_ones.need, open_ones.stage, open_ones.station, open_ones.late)
    rows = await session.execute(select(*groups, func.count().label("cases")).group_by(*groups))
    return [Tally(row.need, Stage(row.stage), row.station, row.late, row.cases) for row in rows]


async def count_first_contacts(
    session: AsyncSession, scopes: Collection[Scope], since: datetime, now: datetime
) -> tuple[int, int]:
    """Return how many people were to be reached between two moments, and how many of them were in time."""
    by = func.coalesce(col(Case.reach_by), col(Case.first_action_by))
    in_time = func.count().filter(col(Case.reached_at) <= by)
    wanted = select(func.count(), in_time).where(
        in_scope(Case, scopes),
        and_(by > since, by <= now),
        col(Case.kind) == ReferralKind.SG10.value,
        col(Case.state).not_in(DROPPED),
    )
    due, met = (await session.execute(wanted)).one()
    return due, met


def _where(narrowed: Narrowed, now: datetime) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if narrowed.need is not None:
        wanted.append(need_sql == narrowed.need)
    if narrowed.stage:
        wanted.append(stage_sql == narrowed.stage.value)
    if narrowed.station:
        wanted.append(col(Case.station) == narrowed.station)
    if narrowed.late:
        wanted.append(due_sql < now)
    return wanted
