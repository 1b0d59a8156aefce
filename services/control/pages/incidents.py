"""Control's page of incidents: those that are open or closed, and the form that opens one."""

import re
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, Response

from services.control.handlers.incidents import open_incident
from services.control.pages.assets import pages, part
from services.control.rules.incidents import LONGEST_NUMBER, Given, reasons_to_refuse_number
from services.control.rules.places import read_place
from services.control.rules.rights import INCIDENT_KEEPERS, READERS
from services.control.store.connections import Connections
from services.control.views.asking import SEARCHING
from services.control.views.incidents import asked_for, incidents_of
from services.shared.errors import FieldReason, Refused
from services.shared.event_log import last_position
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.acting import acting
from services.shared.web.forms import Typed, form_errors
from services.shared.web.notices import redirect
from services.shared.web.paging import PageNumber

LIST = "/control/incidents"
NOT_OPENED = "the incident could not be opened"
NO_PLACE = "Enter the address as it was given, a UPRN or a grid reference"
NumberInAddress = Annotated[str, Path(min_length=1, max_length=LONGEST_NUMBER)]


def incident_list_pages(tools: Tools, connections: Connections) -> APIRouter:
    """Return the routes of the list and its form."""
    router = APIRouter(prefix=LIST, include_in_schema=False)

    async def show_list(
        request: Request, person: Person, number: int, which: str, typed: dict[str, str], problem: Refused | None = None
    ) -> Response:
        async with tools.database.reading() as session:
            position = await last_position(session)
            found = await incidents_of(session, number, are_open=which != "closed")
        return pages.render(
            request,
            "control/incidents.html",
            found=found,
            which=which,
            position=position,
            may_open=person.has(*INCIDENT_KEEPERS),
            typed=typed,
            **form_errors(problem)._asdict(),
        )

    @router.get("")
    async def incidents(
        request: Request,
        page: PageNumber = 1,
        which: Annotated[Literal["open", "closed"], Query()] = "open",
        person: Person = may(*READERS),
    ) -> Response:
        """List the incidents that are open, or those that are closed."""
        return await show_list(request, person, page, which, {})

    @router.get("/part")
    async def lines_alone(
        page: PageNumber = 1,
        which: Annotated[Literal["open", "closed"], Query()] = "open",
        person: Person = may(*READERS),
    ) -> HTMLResponse:
        """Give the list alone, when an incident has been opened, changed or closed."""
        async with tools.database.reading() as session:
            found = await incidents_of(session, page, are_open=which != "closed")
        return part(pages.fragment("control/incident_lines.html", now=tools.clock.now(), found=found, which=which))

    @router.post("", dependencies=[SEARCHING])
    async def open_one(
        request: Request,
        incident_no: Typed = "",
        where: Typed = "",
        callsigns: Typed = "",
        person: Person = may(*INCIDENT_KEEPERS),
    ) -> Response:
        """Open an incident from what an operator typed, and go to its screen."""
        number = incident_no.strip()
        try:
            given = _given(number, where)
            command = await asked_for(number, given, _callsigns(callsigns), connections)
            async with acting("control", tools, person, request) as work:
                await open_incident(command, work)
        except Refused as refused:
            typed = {"incident_no": incident_no, "where": where, "callsigns": callsigns}
            return await show_list(request, person, 1, "open", typed, refused)
        return redirect(request, f"{LIST}/{number}")

    return router


def _given(number: str, where: str) -> Given:
    """Return what was typed of the place: a point where it reads as one, else words; refuse what is missing."""
    reasons = [FieldReason("/incident_no", each) for each in reasons_to_refuse_number(number)]
    written = " ".join(where.split())
    if not written:
        reasons.append(FieldReason("/where", NO_PLACE))
    if reasons:
        raise Refused(NOT_OPENED, tuple(reasons))
    place = read_place(written)
    if place is not None:
        return Given(easting=place.easting, northing=place.northing)
    return Given(written=written[:120])


def _callsigns(typed: str) -> list[str]:
    return [each.upper()[:64] for each in re.split(r"[\s,;]+", typed) if each][:50]
