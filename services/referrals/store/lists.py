"""The lists of the desks: ordered as a desk works, limited and counted where referrals and cases are kept."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, not_, or_, select, union_all
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.visit_parts import is_closed
from services.referrals.rules.records import Filed
from services.referrals.rules.rights import URGENT_PRIORITIES, Only, Scope
from services.referrals.store.desk import columns_of_desk, filed_of, places, with_alarms
from services.referrals.store.due import WAITING, due_of
from services.referrals.tables.cases import Case, Referral, VisitWhereabouts


async def list_filed(
    session: AsyncSession, scopes: Collection[Scope], *, finished: bool, limit: int, offset: int = 0
) -> list[Filed]:
    """Return one page of what may be read: the most urgent first and what is due soonest; or the last finished first.

    Referrals and cases are ordered together, before the list is cut.
    """
    both = union_all(*(_rows(table, scopes, finished) for table in (Referral, Case))).subquery("filed").c
    order = (
        (both.finished_at.desc(), both.id)
        if finished
        else (both.priority, both.due.asc().nulls_last(), both.raised_at, both.id)
    )
    wanted = (
        select(*both, *places())
        .outerjoin(VisitWhereabouts, col(VisitWhereabouts.visit_id) == both.visit_id)
        .order_by(*order)
        .limit(limit)
        .offset(offset)
    )
    return await with_alarms(session, [filed_of(row) for row in (await session.execute(wanted)).all()])


async def count_filed(session: AsyncSession, scopes: Collection[Scope], *, finished: bool) -> int:
    """Return how many referrals and cases may be read, open or finished."""
    both = union_all(*(_rows(table, scopes, finished) for table in (Referral, Case))).subquery("filed")
    return int((await session.execute(select(func.count()).select_from(both))).scalar_one())


async def count_waiting(session: AsyncSession, scopes: Collection[Scope]) -> int:
    """Return how many of the referrals and cases that may be read wait to be acknowledged."""
    both = union_all(*(_rows(table, scopes, False) for table in (Referral, Case))).subquery("filed")
    wanted = select(func.count()).select_from(both).where(both.c.state.in_(WAITING))
    return int((await session.execute(wanted)).scalar_one())


def _rows(table: type[Referral] | type[Case], scopes: Collection[Scope], finished: bool) -> Select[Any]:
    ended = col(table.finished_at)
    chosen = select(*columns_of_desk(table), due_of(table).label("due"))
    return chosen.where(in_scope(table, scopes), ended.is_not(None) if finished else ended.is_(None))


def in_scope(table: type[Referral] | type[Case], scopes: Collection[Scope]) -> ColumnElement[bool]:
    """Return the condition that lets through what may be read, of one table, and nothing else."""
    return or_(false(), *(_shown_by(table, scope) for scope in scopes))


def _shown_by(table: type[Referral] | type[Case], scope: Scope) -> ColumnElement[bool]:
    closed = table is Case
    kinds = col(table.kind).in_([kind.value for kind in scope.kinds if is_closed(kind) is closed])
    if scope.only is Only.OWN_STATION:
        return and_(kinds, col(table.station) == scope.station)
    if scope.only is Only.URGENT:
        return and_(kinds, col(table.priority).in_([priority.value for priority in URGENT_PRIORITIES]))
    if scope.only is Only.CONSENTED:
        return and_(kinds, not_(col(Case.held))) if closed else false()
    return kinds
