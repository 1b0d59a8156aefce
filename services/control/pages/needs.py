"""The part of an open record that says who needs help out: taken in anew as soon as somebody agrees or withdraws."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse

from services.control.handlers.keeping import Readings
from services.control.handlers.needs import edition_of_needs, needs_now
from services.control.pages.assets import pages, part
from services.control.presenters.needs import needs_shown
from services.control.rules.rights import ENTERERS, READERS, WITHDRAWERS
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.acting import cause_of
from services.shared.web.asked import Id


def needs_pages(tools: Tools, readings: Readings) -> APIRouter:
    """Return the routes that an open record asks."""
    router = APIRouter(prefix="/control/premises/{premises_id}/needs", include_in_schema=False)

    @router.get("/edition")
    async def edition(premises_id: Id, person: Person = may(*READERS)) -> JSONResponse:
        """Tell which edition is held now, and nothing of what it holds."""
        async with tools.database.reading() as session:
            newest = await edition_of_needs(premises_id, session)
        return JSONResponse({"edition": newest}, headers={"Cache-Control": "no-store"})

    @router.get("")
    async def needs_alone(request: Request, premises_id: Id, person: Person = may(*READERS)) -> HTMLResponse:
        """Give the part alone; that it was read is kept."""
        async with readings.kept(person, cause_of("control", person, request)) as access:
            needs = await needs_now(premises_id, access, tools.vault)
        known = {
            "needs_help_out": needs_shown(needs.needs, tools.clock.now()),
            "premises_id": premises_id,
            "parent_id": needs.home,
        }
        filled = pages.fragment(
            "control/needs.html",
            now=tools.clock.now(),
            record=known,
            as_of=None,
            needs_edition=needs.edition,
            may_withdraw=person.has(*WITHDRAWERS),
            may_enter=person.has(*ENTERERS),
            alone=True,
        )
        return part(filled)

    return router
