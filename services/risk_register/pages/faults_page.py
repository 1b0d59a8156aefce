"""The pages of open faults for Protection: the oldest first, those overdue, and one with whom to ask."""

from fastapi import APIRouter, Request, Response

from services.risk_register.pages import pages
from services.risk_register.presenters.temporary import state_words
from services.risk_register.rules.rights import DESK, FAULT_READERS
from services.risk_register.views.faults import FaultOrder, FaultsShown, fault_list, one_fault
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.asked import Id
from services.shared.web.paging import PageNumber

PATH = "/faults"
TABS = {
    FaultsShown.REPORTED: "Open for over 24 hours",
    FaultsShown.OVERDUE: "Repair overdue",
    FaultsShown.RECENT: "Under 24 hours",
}


def faults_router(tools: Tools) -> APIRouter:
    """Return the pages of open faults."""
    router = APIRouter(prefix=PATH, tags=["faults"], include_in_schema=False)

    @router.get("")
    async def show_list(
        request: Request,
        show: FaultsShown = FaultsShown.REPORTED,
        order: FaultOrder = FaultOrder.AGE,
        page: PageNumber = 1,
        person: Person = may(*FAULT_READERS),
    ) -> Response:
        """Show a page of the open faults, the oldest first or by premises."""
        found = await fault_list(tools, show, order, page)
        counts = {FaultsShown.REPORTED: found.counts.reported, FaultsShown.OVERDUE: found.counts.overdue}
        counts |= {FaultsShown.RECENT: found.counts.recent}
        tabs = [
            {"text": text, "href": f"{PATH}?show={one}&order={order}", "count": counts[one], "active": one is show}
            for one, text in TABS.items()
        ]
        return pages.render(request, "faults/list.html", found=found, tabs=tabs)

    @router.get("/{number}")
    async def show_one(request: Request, number: Id, person: Person = may(*FAULT_READERS)) -> Response:
        """Show one fault, with whom to ask and the temporary risk that stands for it."""
        found = await one_fault(tools, number)
        state = state_words(found.risk, found.risk.state) if found.risk else ""
        return pages.render(request, "faults/one.html", found=found, state=state, is_desk=person.has(*DESK))

    return router
