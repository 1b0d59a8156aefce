"""One page of the review queue: its lines in order, how many there are in all, and what each part of it holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from services.risk_register.presenters.danger import gravest_first
from services.risk_register.presenters.queue import Row, row_of
from services.risk_register.rules.debriefs import DebriefCounts
from services.risk_register.rules.items import Line
from services.risk_register.rules.queue_filter import QueueWanted, SavedFilter
from services.risk_register.rules.review_queue import Tab
from services.risk_register.store.debriefs import count_debriefs
from services.risk_register.store.desk import Beside, StationWork, beside, work_by_station
from services.risk_register.store.listing import (
    Counted,
    Reader,
    count_decided,
    count_tabs,
    find_next,
    list_page,
)
from services.risk_register.store.own import (
    list_filters,
    looked_at,
)
from services.shared.paging import Page, page_of
from services.shared.service import Tools


@dataclass(frozen=True)
class QueuePage:
    """Some lines of one part of the queue, and which part of it; `counts` are of the parts that wait.

    `after_incidents` is what crews and control say was not right, which waits here, too. `looked_at` is when its reader
    looked before, `new` and `changed` how much there is since; `filters` are their own, `stations` those that have
    visits waiting.
    """

    wanted: QueueWanted
    rows: tuple[Row, ...]
    page: Page
    counts: Mapping[Tab, int]
    after_incidents: DebriefCounts
    looked_at: datetime | None
    new: int
    changed: int
    filters: tuple[SavedFilter, ...]
    stations: tuple[str, ...]

    @property
    def tab(self) -> Tab:
        """Return which part of the queue it is."""
        return self.wanted.tab


@dataclass(frozen=True)
class Workload:
    """What waits at each station, and in all; `at` is when it was counted."""

    at: datetime
    stations: tuple[StationWork, ...]

    @property
    def total(self) -> StationWork | None:
        """Return what waits in all; None if nothing does."""
        every = self.stations
        if not every:
            return None
        return StationWork(
            station="",
            waiting=sum(one.waiting for one in every),
            late=sum(one.late for one in every),
            critical=sum(one.critical for one in every),
            held=sum(one.held for one in every),
            oldest_at=min(one.oldest_at for one in every),
            first_due_at=min(one.first_due_at for one in every),
        )


async def queue_page(tools: Tools, wanted: QueueWanted, name: str, number: int = 1) -> QueuePage:
    """Return a page of the queue as one reviewer sees it; a page after the last one is the last one."""
    async with tools.database.reading() as session:
        reader = Reader(name, tools.clock.now(), await looked_at(session, name))
        counted = await count_tabs(session, wanted, reader)
        after_incidents = await count_debriefs(session)
        page = page_of(number, await _total(session, wanted, reader, counted))
        listed = await list_page(session, wanted, reader, page)
        there = await beside(session, [line.visit_id for line, _, _ in listed])
        filters = await list_filters(session, name)
        stations = await work_by_station(session, reader.now)
    rows = (
        row_of(line, premises, version, reader.now, **_beside(line, there.get(line.visit_id, Beside()), reader))
        for line, premises, version in listed
    )
    named = tuple(one.station for one in stations if one.station)
    news = (reader.looked_at, counted.new, counted.changed)
    return QueuePage(wanted, tuple(rows), page, counted.tabs, after_incidents, *news, tuple(filters), named)


async def workload(tools: Tools) -> Workload:
    """Return what waits at each station."""
    now = tools.clock.now()
    async with tools.database.reading() as session:
        return Workload(now, tuple(await work_by_station(session, now)))


async def next_after(tools: Tools, visit_id: str, name: str) -> str | None:
    """Return the visit to look at after one is decided, None if nothing waits for this reviewer."""
    async with tools.database.reading() as session:
        return await find_next(session, Reader(name, tools.clock.now()), visit_id)


async def _total(session: AsyncSession, wanted: QueueWanted, reader: Reader, counted: Counted) -> int:
    return await count_decided(session, wanted, reader) if wanted.tab is Tab.DECIDED else counted.tabs[wanted.tab]


def _beside(line: Line, there: Beside, reader: Reader) -> dict[str, Any]:
    """Return what stands beside a visit, and whether it is new to its reader."""
    words = gravest_first(there.critical) if line.safety_critical else ()
    return {"critical": words, "others_here": there.others, "notes": there.notes, "since": _since(line, reader)}


def _since(line: Line, reader: Reader) -> str:
    if reader.looked_at is None:
        return ""
    if line.received_at > reader.looked_at:
        return "new"
    return "changed" if line.changed_at > reader.looked_at and line.changed_by != reader.name else ""
