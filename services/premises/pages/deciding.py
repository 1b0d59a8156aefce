"""What else the desk decides: a new place, back to the crew, or leave it; then on to the next visit."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from schemas.visit_parts import NO_NUL
from services.premises.handlers.confirm_premises import Choice, create_place, return_to_crew
from services.premises.pages.desk import DeskTools, show_case
from services.premises.pages.placing import Version, onward
from services.premises.rules.refusing import reasons_to_refuse_place, reasons_to_refuse_return
from services.premises.rules.rights import DESK
from services.shared.identity import Person, may
from services.shared.web.acting import acting
from services.shared.web.asked import Id

Line = Annotated[str, Form(max_length=200, pattern=NO_NUL)]


def deciding_router(at: DeskTools) -> APIRouter:
    """Return what the buttons of a case do."""
    router = APIRouter(prefix="/premises", tags=["premises"], include_in_schema=False)

    @router.post("/cases/{visit_id}/create")
    async def create(
        request: Request,
        visit_id: Id,
        version: Version,
        address: Line = "",
        where: Line = "",
        name: Annotated[str, Form(max_length=120, pattern=NO_NUL)] = "",
        person: Person = may(*DESK),
    ) -> Response:
        """Make a place of a point or a site that has no address, and put the visit there."""
        if reasons := reasons_to_refuse_place(address, where):
            typed = {"name": name, "address": address, "where": where}
            return await show_case(request, visit_id, person, at, typed=typed, reasons=reasons)
        async with acting("premises", at.tools, person, request) as work:
            await create_place(work, at.keeper.snapshot, Choice(visit_id, version), name, address, where)
        return await onward(request, person, at, "The place is in the gazetteer, and the visit goes on.")

    @router.post("/cases/{visit_id}/return")
    async def send_back(
        request: Request,
        visit_id: Id,
        version: Version,
        why: Annotated[str, Form(max_length=300, pattern=NO_NUL)] = "",
        person: Person = may(*DESK),
    ) -> Response:
        """Send the visit back to the crew with what they should find out."""
        if reasons := reasons_to_refuse_return(why):
            return await show_case(request, visit_id, person, at, typed={"why": why}, reasons=reasons)
        async with acting("premises", at.tools, person, request) as work:
            await return_to_crew(work, Choice(visit_id, version), why)
        return await onward(request, person, at, "The crew has been told why the visit could not be placed.")

    @router.get("/cases/{visit_id}/next")
    async def leave(request: Request, visit_id: Id, person: Person = may(*DESK)) -> Response:
        """Leave a visit as it is, and go on to the one after it."""
        return await onward(request, person, at, "", after=visit_id)

    return router
