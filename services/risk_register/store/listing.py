"""The queue as it is listed: each part of it in its own order, a page at a time, and how many there are in all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, inspect, not_, true
from sqlalchemy import select as select_columns
from sqlmodel import Integer, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.premises import LocatedPremises
from schemas.vocabulary import ReviewState
from services.risk_register.rules.items import Item
from services.risk_register.rules.review_queue import OPEN, Tab
from services.risk_register.store.queue import IN_ORDER
from services.risk_register.store.rows import ITEM, item_of
from services.risk_register.tables.records import KeptRecord, ReviewItem
from services.shared.paging import Page

# A visit, its premises, and the version of their record.
Listed = Sequence[tuple[Item, LocatedPremises, int]]
ITEM_COLUMNS = [column for column in inspect(ReviewItem).columns if column.name in ITEM]
RECORD_COLUMNS: tuple[ColumnElement[Any], ...] = (
    col(KeptRecord.premises).label("told_of"),
    col(KeptRecord.version).label("record_version"),
)
COUNTED = (Tab.NEW, Tab.MINE, Tab.OVERDUE, Tab.ALL)


@dataclass(frozen=True)
class Reader:
    """Who looks at the queue, and when: what they hold, and what they may not decide on again, depends on it."""

    name: str
    now: datetime


async def list_page(session: AsyncSession, tab: Tab, reader: Reader, page: Page) -> Listed:
    """Return a page of one part of the queue: most urgent first, or newest decision."""
    order = (col(ReviewItem.decided_at).desc(), col(ReviewItem.visit_id)) if tab is Tab.DECIDED else IN_ORDER
    those = select(ReviewItem.visit_id).join(KeptRecord, _is_its_record()).where(_belongs(tab, reader))
    # Which they are is found before anything of them is read: a visit is kilobytes long.
    on_page = those.order_by(*order).offset(page.offset).limit(page.size).subquery()
    wanted = select_columns(*ITEM_COLUMNS, *RECORD_COLUMNS).join(KeptRecord, _is_its_record())
    wanted = wanted.where(col(ReviewItem.visit_id).in_(select(on_page.c.visit_id)))
    rows = (await session.execute(wanted.order_by(*order))).all()
    return [
        (item_of(dict(row._mapping)), LocatedPremises.model_validate(row.told_of), row.record_version) for row in rows
    ]


async def count_tabs(session: AsyncSession, reader: Reader) -> dict[Tab, int]:
    """Return how many visits wait in each part of the queue."""
    counted = [func.count().filter(_belongs(tab, reader)) for tab in COUNTED]
    wanted = select(*counted).select_from(ReviewItem).join(KeptRecord, _is_its_record()).where(_is_open())
    found = (await session.execute(wanted)).one()
    return dict(zip(COUNTED, found, strict=True))


async def count_decided(session: AsyncSession) -> int:
    """Return how many visits were ever decided."""
    wanted = select(func.count()).select_from(ReviewItem).where(_is_decided())
    return (await session.exec(wanted)).one()


async def find_next(session: AsyncSession, reader: Reader, besides: str) -> str | None:
    """Return the most urgent other visit that the reader may look at next; None if nothing waits for them."""
    mine = and_(col(ReviewItem.claimed_by) == reader.name, _is_held(reader.now))
    free = and_(not_(_is_held(reader.now)), not_(_is_approved_by(reader.name)))
    wanted = select(ReviewItem.visit_id).join(KeptRecord, _is_its_record())
    wanted = wanted.where(_is_open(), mine | free, col(ReviewItem.visit_id) != besides)
    return (await session.exec(wanted.order_by(*IN_ORDER).limit(1))).first()


def _belongs(tab: Tab, reader: Reader) -> ColumnElement[bool]:
    held = _is_held(reader.now)
    return {
        Tab.NEW: and_(_is_open(), not_(held), not_(_is_approved_by(reader.name))),
        Tab.MINE: and_(_is_open(), held, col(ReviewItem.claimed_by) == reader.name),
        Tab.OVERDUE: and_(_is_open(), col(ReviewItem.due_at) < reader.now),
        Tab.ALL: _is_open(),
        Tab.DECIDED: _is_decided(),
    }[tab]


def _is_its_record() -> ColumnElement[bool]:
    return col(KeptRecord.premises_id) == col(ReviewItem.premises_id)


def _is_open() -> ColumnElement[bool]:
    return col(ReviewItem.state).in_(OPEN)


def _is_decided() -> ColumnElement[bool]:
    return and_(col(ReviewItem.decided_at).is_not(None), col(ReviewItem.state).not_in(OPEN))


def _is_held(now: datetime) -> ColumnElement[bool]:
    claimed = and_(col(ReviewItem.state) == ReviewState.CLAIMED, col(ReviewItem.lease_until) > now)
    return func.coalesce(claimed, false())


def _is_approved_by(name: str) -> ColumnElement[bool]:
    """Say that somebody gave the first approval, and that it still counts: of the record as it is now."""
    approval: Any = col(ReviewItem.first_approval)
    of_today = approval["record_version"].astext.cast(Integer) == col(KeptRecord.version)
    return func.coalesce(and_(true(), approval["by"].astext == name, of_today), false())
