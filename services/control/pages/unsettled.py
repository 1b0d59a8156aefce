"""The page of a danger that a crew reports at an address nobody has settled."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.control.pages.assets import pages, part
from services.control.rules.rights import READERS
from services.control.views.unsettled import unsettled_of
from services.shared.event_log import last_position
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.asked import Id


def unsettled_pages(tools: Tools) -> APIRouter:
    """Return the routes of a danger without a settled address."""
    router = APIRouter(prefix="/control/unsettled", include_in_schema=False)

    @router.get("/{visit_id}")
    async def unsettled_page(request: Request, visit_id: Id, person: Person = may(*READERS)) -> Response:
        """Show what the crew says and what is known of the place; once a record shows it, lead there."""
        async with tools.database.reading() as session:
            position = await last_position(session)
            found = await unsettled_of(session, visit_id)
        if found.on_record:
            return RedirectResponse(f"/control/premises/{found.on_record}", 303)
        return pages.render(request, "control/unsettled.html", danger=found, position=position)

    @router.get("/{visit_id}/part")
    async def danger_alone(visit_id: Id, person: Person = may(*READERS)) -> HTMLResponse:
        """Give the danger alone, when more is known of it on an open page."""
        async with tools.database.reading() as session:
            found = await unsettled_of(session, visit_id)
        return part(pages.fragment("control/danger.html", now=tools.clock.now(), danger=found))

    return router
