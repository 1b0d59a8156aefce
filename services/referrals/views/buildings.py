"""The buildings of which something is held by consent, a page at a time, the first to be asked again first."""

from dataclasses import dataclass
from datetime import date

from services.domain.review_dates import DUE_SOON
from services.domain.working_time import local_date
from services.referrals.rules.buildings import DUE, BuildingRow, Counts, Review, review_limits, review_state
from services.referrals.store.buildings import count_buildings, list_buildings
from services.shared.paging import PAGE_SIZE, Page, page_of
from services.shared.service import Tools


@dataclass(frozen=True)
class Buildings:
    """A page of buildings whose review stands as asked for, and how many there are of each sort."""

    page: Page
    rows: tuple[BuildingRow, ...]
    counts: Counts
    today: date


async def buildings_held(tools: Tools, review: Review | None, number: int = 1, size: int = PAGE_SIZE) -> Buildings:
    """Return a page of the buildings of which something is held; a page after the last one is the last one."""
    today = local_date(tools.clock.now())
    first, last = review_limits(review, today)
    async with tools.database.reading() as session:
        counts = await count_buildings(session, first, last, (today, today + DUE, today + DUE_SOON))
        page = page_of(number, counts.listed, size)
        found = await list_buildings(session, first, last, limit=page.size, offset=page.offset)
    rows = tuple(BuildingRow(each, review_state(each.review_due_on, today)) for each in found)
    return Buildings(page, rows, counts, today)
