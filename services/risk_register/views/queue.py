"""One page of the review queue: its lines in order, how many there are in all, and what each part of it holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Query

from services.risk_register.presenters.queue import Row, row_of
from services.risk_register.rules.review_queue import Tab
from services.risk_register.store.listing import Reader, count_decided, count_tabs, find_next, list_page
from services.shared.service import Tools

A_PAGE = 50
Page = Annotated[int, Query(ge=1, le=1_000_000, description="which page of 50")]


@dataclass(frozen=True)
class QueuePage:
    """Some lines of one part of the queue. `counts` are of the parts that wait; `total` is of the part shown."""

    tab: Tab
    rows: tuple[Row, ...]
    total: int
    page: int
    pages: int
    counts: Mapping[Tab, int]

    @property
    def says(self) -> str:
        """Return how much of the list is shown, such as "50 of 206"."""
        return f"{len(self.rows)} of {self.total}"


async def queue_page(tools: Tools, tab: Tab, name: str, page: int = 1) -> QueuePage:
    """Return a page of the queue as one reviewer sees it; a page after the last one is the last one."""
    reader = Reader(name, tools.clock.now())
    async with tools.database.reading() as session:
        counts = await count_tabs(session, reader)
        total = await count_decided(session) if tab is Tab.DECIDED else counts[tab]
        pages = max(1, -(-total // A_PAGE))
        page = min(max(page, 1), pages)
        listed = await list_page(session, tab, reader, (page - 1) * A_PAGE, A_PAGE)
    rows = tuple(row_of(item, record, reader.now) for item, record in listed)
    return QueuePage(tab, rows, total, page, pages, counts)


async def next_after(tools: Tools, visit_id: str, name: str) -> str | None:
    """Return the visit to look at after one is decided, None if nothing waits for this reviewer."""
    async with tools.database.reading() as session:
        return await find_next(session, Reader(name, tools.clock.now()), visit_id)
