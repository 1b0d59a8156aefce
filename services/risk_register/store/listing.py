"""The queue as it is listed: each part of it in its own order, a page at a time, and how many there are in all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, inspect, not_, or_, true
from sqlalchemy import select as select_columns
from sqlmodel import Integer, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.premises import LocatedPremises
from schemas.vocabulary import ReviewState
from services.domain.ris1.policy import HIGHEST_LEVEL
from services.risk_register.rules.items import Line
from services.risk_register.rules.queue_filter import LEVELS, Priority, QueueWanted
from services.risk_register.rules.review_queue import OPEN, Tab
from services.risk_register.store.queue import IN_ORDER
from services.risk_register.store.rows import LINE, line_of
from services.risk_register.tables.records import KeptAddition, KeptRecord, ReviewItem
from services.shared.paging import Page

# A visit, its premises, and the version of their record.
Listed = Sequence[tuple[Line, LocatedPremises, int]]
# What stands in a line, and no more: a visit is kilobytes long.
COLUMNS: tuple[ColumnElement[Any], ...] = (
    *(column for column in inspect(ReviewItem).columns if column.name in LINE),
    cast(Any, col(ReviewItem.visit))["outcome"].astext.label("outcome"),
    col(KeptRecord.premises).label("told_of"),
    col(KeptRecord.version).label("record_version"),
)
COUNTED = (Tab.NEW, Tab.MINE, Tab.OVERDUE, Tab.ALL)
NEWEST_DECISION = (col(ReviewItem.decided_at).desc(), col(ReviewItem.visit_id))


@dataclass(frozen=True)
class Reader:
    """Who looks at the queue, and when: what they hold, and what they may not decide on again, depends on it.

    `looked_at` is when they looked at it before, None if they never did.
    """

    name: str
    now: datetime
    looked_at: datetime | None = None


@dataclass(frozen=True)
class Counted:
    """How many visits wait in each part of the queue, and how many are new or changed since the reader looked."""

    tabs: dict[Tab, int]
    new: int
    changed: int


async def list_page(session: AsyncSession, wanted: QueueWanted, reader: Reader, page: Page) -> Listed:
    """Return a page of one part of the queue: most urgent first, or newest decision."""
    those, order = _those(wanted, reader), NEWEST_DECISION if wanted.tab is Tab.DECIDED else IN_ORDER
    in_order = _by_building(those, order) if wanted.together else those.order_by(*order)
    # Which they are is found before anything of them is read.
    on_page = in_order.offset(page.offset).limit(page.size).subquery()
    read = select_columns(*COLUMNS).join(KeptRecord, _is_its_record())
    read = read.join(on_page, on_page.c.visit_id == col(ReviewItem.visit_id))
    read = read.order_by(on_page.c.building, on_page.c.place) if wanted.together else read.order_by(*order)
    rows = (await session.execute(read)).all()
    return [(line_of(row._asdict()), LocatedPremises.model_validate(row.told_of), row.record_version) for row in rows]


async def count_tabs(session: AsyncSession, wanted: QueueWanted, reader: Reader) -> Counted:
    """Return how many visits wait in each part of the queue, narrowed as the reader wants it."""
    narrowed = replace(wanted, since=False)
    counted = [func.count().filter(_belongs(tab, reader), *_fits(wanted, reader)) for tab in COUNTED]
    news = [func.count().filter(which, *_fits(narrowed, reader)) for which in (_is_new(reader), _is_changed(reader))]
    asked = select(*counted, *news).select_from(ReviewItem).join(KeptRecord, _is_its_record()).where(_is_open())
    found = (await session.execute(asked)).one()
    return Counted(dict(zip(COUNTED, found, strict=False)), *found[len(COUNTED) :])


async def count_decided(session: AsyncSession, wanted: QueueWanted, reader: Reader) -> int:
    """Return how many visits were ever decided, narrowed as the reader wants it."""
    asked = select(func.count()).select_from(ReviewItem).where(_is_decided())
    if wanted.is_narrowed:
        asked = asked.join(KeptRecord, _is_its_record()).where(*_fits(wanted, reader))
    return (await session.exec(asked)).one()


async def find_next(session: AsyncSession, reader: Reader, besides: str) -> str | None:
    """Return the most urgent other visit that the reader may look at next; None if nothing waits for them."""
    mine = and_(col(ReviewItem.claimed_by) == reader.name, _is_held(reader.now))
    free = and_(not_(_is_held(reader.now)), not_(_is_approved_by(reader.name)))
    wanted = select(ReviewItem.visit_id).join(KeptRecord, _is_its_record())
    wanted = wanted.where(_is_open(), mine | free, col(ReviewItem.visit_id) != besides)
    return (await session.exec(wanted.order_by(*IN_ORDER).limit(1))).first()


def _those(wanted: QueueWanted, reader: Reader) -> Select[Any]:
    """Return which visits are wanted."""
    those = select_columns(col(ReviewItem.visit_id)).join(KeptRecord, _is_its_record())
    return those.where(_belongs(wanted.tab, reader), *_fits(wanted, reader))


def _by_building(those: Select[Any], order: Sequence[Any]) -> Select[Any]:
    """Return visits with those to one building one after another, where the first of them stands."""
    place = func.row_number().over(order_by=order).label("place")
    placed = those.add_columns(col(ReviewItem.premises_id), place).subquery()
    building = func.min(placed.c.place).over(partition_by=placed.c.premises_id).label("building")
    return select_columns(placed.c.visit_id, placed.c.place, building).order_by(building, placed.c.place)


def _belongs(tab: Tab, reader: Reader) -> ColumnElement[bool]:
    match tab:
        case Tab.NEW:
            return and_(_is_open(), not_(_is_held(reader.now)), not_(_is_approved_by(reader.name)))
        case Tab.MINE:
            return and_(_is_open(), _is_held(reader.now), col(ReviewItem.claimed_by) == reader.name)
        case Tab.OVERDUE:
            return and_(_is_open(), col(ReviewItem.due_at) < reader.now)
        case Tab.DECIDED:
            return _is_decided()
        case _:
            return _is_open()


def _fits(wanted: QueueWanted, reader: Reader) -> list[ColumnElement[bool]]:
    """Return what a visit must be to fit what the queue is narrowed to; nothing if it is not narrowed."""
    fits = [_says(word) for word in wanted.each_word]
    if wanted.station is not None:
        fits.append(col(ReviewItem.station) == wanted.station)
    if wanted.kind is not None:
        fits.append(col(ReviewItem.visit_kind) == wanted.kind.value)
    if wanted.premises:
        fits.append(col(ReviewItem.premises_id) == wanted.premises)
    if wanted.priority is Priority.CRITICAL:
        fits.append(col(ReviewItem.safety_critical).is_(true()))
    elif wanted.priority is not None:
        fits.append(func.coalesce(col(ReviewItem.base_level), HIGHEST_LEVEL).in_(LEVELS[wanted.priority]))
    if wanted.since:
        fits.append(or_(_is_new(reader), _is_changed(reader)))
    return fits


def _says(word: str) -> ColumnElement[bool]:
    """Say that a word stands in the name or address of the premises, in the visit's own, or in what is critical."""
    told: Any = col(KeptRecord.premises)
    texts = [told[name].astext for name in ("name", "address", "postcode")]
    texts += [col(ReviewItem.premises_id), col(ReviewItem.unit_ref), col(ReviewItem.callsign)]
    critical = exists().where(
        col(KeptAddition.visit_id) == col(ReviewItem.visit_id),
        col(KeptAddition.resolved_at).is_(None),
        col(KeptAddition.summary).icontains(word, autoescape=True),
    )
    return or_(func.concat_ws(" ", *texts).icontains(word, autoescape=True), critical)


def _is_new(reader: Reader) -> ColumnElement[bool]:
    return false() if reader.looked_at is None else col(ReviewItem.received_at) > reader.looked_at


def _is_changed(reader: Reader) -> ColumnElement[bool]:
    """Say that somebody else has changed a visit since the reader looked at the queue, in which it was already."""
    if reader.looked_at is None:
        return false()
    by_others = and_(col(ReviewItem.changed_at) > reader.looked_at, col(ReviewItem.changed_by) != reader.name)
    return and_(col(ReviewItem.received_at) <= reader.looked_at, by_others)


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
