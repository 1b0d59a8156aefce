"""One page of the review queue: its lines in order, how many there are in all, and what each part of it holds."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.risk_register.presenters.queue import Row, row_of
from services.risk_register.rules.debriefs import DebriefCounts
from services.risk_register.rules.review_queue import Tab
from services.risk_register.store.debriefs import count_debriefs
from services.risk_register.store.listing import Reader, count_decided, count_tabs, find_next, list_page
from services.shared.paging import Page, page_of
from services.shared.service import Tools


@dataclass(frozen=True)
class QueuePage:
    """Some lines of one part of the queue, and which part of it; `counts` are of the parts that wait.

    `after_incidents` is what crews and control say was not right, which waits here, too.
    """

    tab: Tab
    rows: tuple[Row, ...]
    page: Page
    counts: Mapping[Tab, int]
    after_incidents: DebriefCounts


async def queue_page(tools: Tools, tab: Tab, name: str, number: int = 1) -> QueuePage:
    """Return a page of the queue as one reviewer sees it; a page after the last one is the last one."""
    reader = Reader(name, tools.clock.now())
    async with tools.database.reading() as session:
        counts = await count_tabs(session, reader)
        after_incidents = await count_debriefs(session)
        page = page_of(number, await count_decided(session) if tab is Tab.DECIDED else counts[tab])
        listed = await list_page(session, tab, reader, page)
    rows = tuple(row_of(item, premises, version, reader.now) for item, premises, version in listed)
    return QueuePage(tab, rows, page, counts, after_incidents)


async def next_after(tools: Tools, visit_id: str, name: str) -> str | None:
    """Return the visit to look at after one is decided, None if nothing waits for this reviewer."""
    async with tools.database.reading() as session:
        return await find_next(session, Reader(name, tools.clock.now()), visit_id)
