"""The page of the queue: what waits for the central risk team, most urgent first."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from services.risk_register.api import DESK
from services.risk_register.handlers.looking import rows_of
from services.risk_register.pages import pages
from services.risk_register.presenters.queue import Tab, counts, in_tab
from services.shared.identity import Person, may
from services.shared.service import Tools

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
    async def queue_page(request: Request, show: Tab = Tab.NEW, person: Person = may(*DESK)) -> HTMLResponse:
        """Show one tab of the queue."""
        rows, now = await rows_of(tools), tools.clock.now()
        listed = await rows_of(tools, show) if show is Tab.DECIDED else in_tab(rows, show, person.name, now)
        counted = counts(rows, person.name, now)
        tabs: list[dict[str, Any]] = [
            {"text": words, "href": f"/review?show={tab.value}", "count": counted.get(tab), "active": tab is show}
            for tab, words in TAB_WORDS.items()
        ]
        return pages.render(
            request, "review/queue.html", rows=listed, tabs=tabs, show=show, me=person.name, empty=EMPTY[show]
        )

    return router
