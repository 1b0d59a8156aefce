"""Control's screen of one incident, and what an operator changes of it."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from services.control.handlers.incidents import close_incident, open_incident, reopen_incident
from services.control.handlers.keeping import Readings
from services.control.pages.assets import pages, part
from services.control.pages.incidents import LIST, NumberInAddress
from services.control.rules.rights import BOARD_READERS, INCIDENT_KEEPERS, READERS
from services.control.store.connections import Connections
from services.control.views.asking import SEARCHING
from services.control.views.incidents import asked_for, incident_screen
from services.shared.event_log import last_position
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.acting import acting, cause_of
from services.shared.web.forms import Typed
from services.shared.web.notices import redirect


def incident_pages(tools: Tools, readings: Readings, connections: Connections) -> APIRouter:
    """Return the routes of one incident's pages."""
    router = APIRouter(prefix=LIST, include_in_schema=False)

    @router.get("/{incident_no}")
    async def one(request: Request, incident_no: NumberInAddress, person: Person = may(*READERS)) -> Response:
        """Show an incident: its address beside that of the premises, the record, and what is around."""
        async with readings.kept(person, cause_of("control", person, request)) as access:
            position = await last_position(access.work)
            found = await incident_screen(incident_no, access, tools.vault, connections)
        return pages.render(
            request,
            "control/incident.html",
            incident=found,
            position=position,
            may_change=person.has(*INCIDENT_KEEPERS),
            may_see_board=person.has(*BOARD_READERS),
        )

    @router.get("/{incident_no}/screen")
    async def screen_alone(
        request: Request, incident_no: NumberInAddress, person: Person = may(*READERS)
    ) -> HTMLResponse:
        """Give the incident alone, when something of it has changed on an open page."""
        async with readings.kept(person, cause_of("control", person, request)) as access:
            found = await incident_screen(incident_no, access, tools.vault, connections)
        known = {"incident": found, "may_change": person.has(*INCIDENT_KEEPERS)}
        known |= {"may_see_board": person.has(*BOARD_READERS)}
        return part(pages.fragment("control/incident_screen.html", now=tools.clock.now(), **known))

    @router.post("/{incident_no}/premises", dependencies=[SEARCHING])
    async def settle(
        request: Request, incident_no: NumberInAddress, premises_id: Typed = "", person: Person = may(*INCIDENT_KEEPERS)
    ) -> Response:
        """Say which premises an incident is at; what was given of its address stays, to be compared."""
        async with readings.kept(person, cause_of("control", person, request)) as access:
            before = await incident_screen(incident_no, access, tools.vault, connections)
        given = before.given.model_copy(update={"premises_id": premises_id.strip() or None})
        command = await asked_for(incident_no, given, (), connections)
        async with acting("control", tools, person, request) as work:
            await open_incident(command, work)
        return redirect(
            request, f"{LIST}/{incident_no}", "The premises are settled: the address given stays beside theirs."
        )

    @router.post("/{incident_no}/close")
    async def close(
        request: Request, incident_no: NumberInAddress, person: Person = may(*INCIDENT_KEEPERS)
    ) -> Response:
        """Close an incident."""
        async with acting("control", tools, person, request) as work:
            await close_incident(incident_no, work)
        return redirect(request, f"{LIST}/{incident_no}", "The incident is closed. It can be opened again here.")

    @router.post("/{incident_no}/reopen")
    async def reopen(
        request: Request, incident_no: NumberInAddress, person: Person = may(*INCIDENT_KEEPERS)
    ) -> Response:
        """Open a closed incident again."""
        async with acting("control", tools, person, request) as work:
            await reopen_incident(incident_no, work)
        return redirect(request, f"{LIST}/{incident_no}", "The incident is open again.")

    return router
