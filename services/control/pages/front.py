"""Control's front page: the search, what it found, the dangers nobody has checked, and what is new."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.control.pages.assets import pages, part
from services.control.rules.rights import READERS
from services.control.store.connections import Connections
from services.control.views.asking import SEARCHING, Asked
from services.control.views.finding import find, one_meant
from services.control.views.front import front_of
from services.control.views.incidents import incidents_in_front
from services.shared.event_log import last_position
from services.shared.identity import Person, may
from services.shared.service import Tools

ON_A_PAGE = 20

DangersPage = Annotated[int, Query(alias="dangers", ge=1, le=100_000)]
ChangesPage = Annotated[int, Query(alias="changes", ge=1, le=100_000)]


def front_pages(tools: Tools, connections: Connections) -> APIRouter:
    """Return the routes of the front page and its parts."""
    router = APIRouter(prefix="/control", include_in_schema=False)

    @router.get("", dependencies=[SEARCHING])
    async def front(
        request: Request,
        q: Asked = "",
        dangers: DangersPage = 1,
        changes: ChangesPage = 1,
        person: Person = may(*READERS),
    ) -> Response:
        """Show the search, what it found, and what is new; only a premises named beyond doubt is opened at once."""
        async with tools.database.reading() as session:
            position = await last_position(session)
            found = await connections.ask(partial(find, q, ON_A_PAGE))
            meant = one_meant(found)
            if meant is not None:
                return RedirectResponse(f"/control/premises/{meant}", 303)
            news = await front_of(session, tools.clock.now(), dangers, changes)
            incidents = await incidents_in_front(session)
        return pages.render(
            request, "control/front.html", query=q, found=found, position=position, front=news, incidents=incidents
        )

    @router.get("/results", dependencies=[SEARCHING])
    async def results(q: Asked = "", person: Person = may(*READERS)) -> HTMLResponse:
        """Give the results alone, while somebody types."""
        found = await connections.ask(partial(find, q, ON_A_PAGE))
        return part(pages.fragment("control/results.html", now=tools.clock.now(), found=found))

    @router.get("/latest")
    async def latest(
        dangers: DangersPage = 1, changes: ChangesPage = 1, person: Person = may(*READERS)
    ) -> HTMLResponse:
        """Give what is new alone, when something has changed."""
        now = tools.clock.now()
        async with tools.database.reading() as session:
            news = await front_of(session, now, dangers, changes)
            incidents = await incidents_in_front(session)
        return part(pages.fragment("control/latest.html", now=now, front=news, incidents=incidents))

    return router
