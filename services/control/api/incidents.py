"""Incidents, as a mobilising system or an operator's program opens and reads them."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field, StringConstraints

from schemas.visit_parts import NO_NUL, Identifier, Part
from services.control.handlers.incidents import close_incident, open_incident, reopen_incident
from services.control.handlers.keeping import Readings
from services.control.presenters.incidents import IncidentLine, IncidentScreen
from services.control.rules.incidents import LONGEST_NUMBER, NUMBER, Given
from services.control.rules.places import EAST_M, NORTH_M, point_of_degrees
from services.control.rules.reading import Channel
from services.control.rules.rights import INCIDENT_KEEPERS, READERS
from services.control.rules.search_words import LONGEST_QUERY
from services.control.store.connections import Connections
from services.control.views.asking import SEARCHING
from services.control.views.incidents import asked_for, incident_screen, incidents_of
from services.shared.errors import FieldReason, Refused
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.acting import acting, cause_of
from services.shared.web.paging import PageNumber, say_pages

MOST_CALLSIGNS = 50
Number = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_NUMBER, pattern=f"^{NUMBER}$")
]
NumberInAddress = Annotated[str, Path(min_length=1, max_length=LONGEST_NUMBER)]
Written = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_QUERY, pattern=NO_NUL)]
NOT_OPENED = "the incident could not be opened"
NO_PLACE = "say where it is: an address as written, premises_id, easting and northing, or latitude and longitude"


class NewIncident(Part):
    """An incident as it is sent: metres on EPSG:27700, or WGS 84 degrees."""

    incident_no: Number = Field(description="the mobilising system's number; sent again, what is given now stands")
    premises_id: Identifier | None = None
    written: Written = Field(default="", description="the address as the caller or another control room gave it")
    easting: float | None = Field(default=None, ge=0, le=EAST_M, allow_inf_nan=False)
    northing: float | None = Field(default=None, ge=0, le=NORTH_M, allow_inf_nan=False)
    latitude: float | None = Field(default=None, ge=-90, le=90, allow_inf_nan=False)
    longitude: float | None = Field(default=None, ge=-180, le=180, allow_inf_nan=False)
    callsigns: tuple[Identifier, ...] = Field(default=(), max_length=MOST_CALLSIGNS, description="the appliances sent")


def incidents_router(tools: Tools, readings: Readings, connections: Connections) -> APIRouter:
    """Return the routes of incidents."""
    router = APIRouter(prefix="/api/v1/control/incidents", tags=["control"])

    async def answer(incident_no: str, request: Request, person: Person) -> IncidentScreen:
        async with readings.kept(person, cause_of("control", person, request), Channel.PROGRAMME) as access:
            return await incident_screen(incident_no, access, tools.vault, connections)

    @router.post("", dependencies=[SEARCHING])
    async def open_one(request: Request, news: NewIncident, person: Person = may(*INCIDENT_KEEPERS)) -> IncidentScreen:
        """Open an incident, or say more of it, and be answered with the record and all within 200 m, by danger."""
        command = await asked_for(news.incident_no, given_in(news), news.callsigns, connections)
        async with acting("control", tools, person, request) as work:
            await open_incident(command, work)
        return await answer(news.incident_no, request, person)

    @router.get("")
    async def list_open(
        request: Request,
        response: Response,
        closed: Annotated[bool, Query(description="the closed ones, the last closed first")] = False,
        page: PageNumber = 1,
        person: Person = may(*READERS),
    ) -> list[IncidentLine]:
        """List the incidents that are open, the newest first."""
        async with tools.database.reading() as session:
            found = await incidents_of(session, page, are_open=not closed)
        say_pages(request, response, found.page)
        return list(found.lines)

    @router.get("/{incident_no}")
    async def get_one(request: Request, incident_no: NumberInAddress, person: Person = may(*READERS)) -> IncidentScreen:
        """Return an incident with the record of its premises and all within 200 m, by danger."""
        return await answer(incident_no, request, person)

    @router.post("/{incident_no}/close")
    async def close(
        request: Request, incident_no: NumberInAddress, person: Person = may(*INCIDENT_KEEPERS)
    ) -> IncidentScreen:
        """Close an incident; closed twice it stays as it was."""
        async with acting("control", tools, person, request) as work:
            await close_incident(incident_no, work)
        return await answer(incident_no, request, person)

    @router.post("/{incident_no}/reopen")
    async def reopen(
        request: Request, incident_no: NumberInAddress, person: Person = may(*INCIDENT_KEEPERS)
    ) -> IncidentScreen:
        """Open a closed incident again."""
        async with acting("control", tools, person, request) as work:
            await reopen_incident(incident_no, work)
        return await answer(incident_no, request, person)

    return router


def given_in(news: NewIncident) -> Given:
    """Return what was given of the place, on the National Grid; refuse where it is none, or half of one."""
    easting, northing = news.easting, news.northing
    if (easting is None) != (northing is None):
        missing = "easting" if easting is None else "northing"
        raise Refused(NOT_OPENED, (FieldReason(f"/{missing}", "give easting and northing together"),))
    if (news.latitude is None) != (news.longitude is None):
        missing = "latitude" if news.latitude is None else "longitude"
        raise Refused(NOT_OPENED, (FieldReason(f"/{missing}", "give latitude and longitude together"),))
    if easting is None and news.latitude is not None and news.longitude is not None:
        point = point_of_degrees(news.latitude, news.longitude)
        if point is None:
            raise Refused(NOT_OPENED, (FieldReason("/latitude", "this lies outside the National Grid"),))
        easting, northing = point.easting, point.northing
    if not news.premises_id and not news.written and easting is None:
        raise Refused(NOT_OPENED, (FieldReason("/written", NO_PLACE),))
    return Given(premises_id=news.premises_id, written=news.written, easting=easting, northing=northing)
