"""The page of the queue: what waits for the central risk team, most urgent first, narrowed, a page at a time."""

from fastapi import APIRouter, Request, Response

from services.risk_register.pages import pages
from services.risk_register.presenters.debriefs import PATH
from services.risk_register.presenters.queue_filter import (
    choices_of,
    filter_links,
    queue_address,
    queue_pages,
    queue_tabs,
)
from services.risk_register.rules.queue_filter import QueueWanted, wanted_of
from services.risk_register.rules.review_queue import Tab
from services.risk_register.rules.rights import DESK
from services.risk_register.views.queue import queue_page, workload
from services.shared.errors import Refused
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.paging import PageNumber

EMPTY = {
    Tab.NEW: ("Nothing is waiting for a reviewer", "New visits appear here, most urgent first. See All for the rest."),
    Tab.MINE: ("You hold no visit", "Claim one under New: it is yours for 30 minutes, and nobody else decides on it."),
    Tab.OVERDUE: ("Nothing is overdue", "A visit comes here when its deadline has passed."),
    Tab.ALL: ("No visit is waiting for review", "Visits appear here as soon as their premises is known."),
    Tab.DECIDED: ("Nothing was decided yet", "What you publish, return or reject can be looked at again here."),
}
NOTHING_FITS = ("No visit fits", "Nothing in this part of the queue is what the list is narrowed to.")


async def show_list(
    tools: Tools,
    request: Request,
    person: Person,
    wanted: QueueWanted,
    page: int = 1,
    refused: Refused | None = None,
    name: str = "",
) -> Response:
    """Return the page of a list; what is wrong with the name of a filter is said on it, with the name kept."""
    found = await queue_page(tools, wanted, person.name, page)
    after = {"text": "After incidents", "href": PATH, "count": found.after_incidents.waiting, "active": False}
    errors = [{"text": one.reason.capitalize(), "href": "#filter-name"} for one in refused.reasons] if refused else []
    return pages.render(
        request,
        "review/queue.html",
        status_code=refused.status if refused else 200,
        errors=errors,
        found=found,
        wanted=wanted,
        tabs=[*queue_tabs(wanted, dict(found.counts)), after],
        choices=choices_of(wanted, found.stations),
        filters=filter_links(found.filters, wanted),
        pages_link=queue_pages(wanted),
        here=queue_address(wanted),
        address=queue_address,
        asked={key: value for key, value in wanted.as_asked().items() if value is not None},
        name=name,
        show=wanted.tab,
        me=person.name,
        empty=NOTHING_FITS if wanted.is_narrowed else EMPTY[wanted.tab],
    )


def queue_router(tools: Tools) -> APIRouter:
    """Return the page of the queue, and that of the work by station."""
    router = APIRouter(prefix="/review", tags=["review"], include_in_schema=False)

    @router.get("")
    async def show_queue(request: Request, page: PageNumber = 1, person: Person = may(*DESK)) -> Response:
        """Show a page of one part of the queue."""
        return await show_list(tools, request, person, wanted_of(request.query_params), page)

    @router.get("/workload")
    async def show_workload(request: Request, person: Person = may(*DESK)) -> Response:
        """Show what waits at each station, how old it is and what is beyond its time."""
        return pages.render(
            request,
            "review/workload.html",
            found=await workload(tools),
            address=queue_address,
            everything=QueueWanted(),
        )

    return router
