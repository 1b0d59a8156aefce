"""The page of the queue: what waits for the central risk team, most urgent first, a page at a time."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from services.risk_register.pages import pages
from services.risk_register.rules.queue_filter import wanted_of
from services.risk_register.rules.review_queue import Tab
from services.risk_register.rules.rights import DESK
from services.risk_register.views.queue import QueuePage, queue_page
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.paging import PageNumber

TAB_WORDS = {Tab.NEW: "New", Tab.MINE: "Mine", Tab.OVERDUE: "Overdue", Tab.ALL: "All", Tab.DECIDED: "Decided"}
EMPTY = {
    Tab.NEW: ("Nothing is waiting for a reviewer", "New visits appear here, most urgent first. See All for the rest."),
    Tab.MINE: ("You hold no visit", "Claim one under New: it is yours for 30 minutes, and nobody else decides on it."),
    Tab.OVERDUE: ("Nothing is overdue", "A visit comes here when its deadline has passed."),
    Tab.ALL: ("No visit is waiting for review", "Visits appear here as soon as their premises is known."),
    Tab.DECIDED: ("Nothing was decided yet", "What you publish, return or reject can be looked at again here."),
}


def queue_router(tools: Tools) -> APIRouter:
    """Return the page of the queue."""
    router = APIRouter(prefix="/review", tags=["review"], include_in_schema=False)

    @router.get("")
    async def show_queue(
        request: Request, page: PageNumber = 1, person: Person = may(*DESK)
    ) -> HTMLResponse:
        """Show a page of one part of the queue."""
        wanted = wanted_of(request.query_params)
        show = wanted.tab
        found = await queue_page(tools, wanted, person.name, page)
        return pages.render(
            request,
            "review/queue.html",
            found=found,
            tabs=tabs_of(found),
            show=show,
            me=person.name,
            empty=EMPTY[show],
        )

    return router


def tabs_of(found: QueuePage) -> list[dict[str, Any]]:
    """Return the parts of the queue, each with how many wait there."""
    return [
        {"text": words, "href": f"/review?show={tab}", "count": found.counts.get(tab), "active": tab is found.tab}
        for tab, words in TAB_WORDS.items()
    ]
