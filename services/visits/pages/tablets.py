"""The tablets of the crews for who looks after them: which there are, and what is done when one is lost."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request, Response

from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.acting import acting
from services.shared.web.asked import Id
from services.shared.web.notices import redirect
from services.shared.web.paging import PageNumber
from services.shared.web.templating import Pages
from services.visits.handlers.tablets import report_found, report_lost
from services.visits.presenters.tablets import tablet_shown
from services.visits.rules.rights import TABLET_KEEPERS
from services.visits.rules.tablets import LONGEST_REASON, SHORTEST_REASON, stations_kept_by
from services.visits.views import read_tablet, tablets_for

SAY_WHY = "Say in a few words where it was last, or how it went missing"


def tablet_pages(tools: Tools, pages: Pages) -> APIRouter:
    """Return the routes of the list of tablets, and of reporting one lost or found."""
    router = APIRouter(prefix="/tablets", tags=["tablets"], include_in_schema=False)

    async def ask(
        request: Request, tablet_id: str, person: Person, why: str = "", errors: tuple[dict[str, str], ...] = ()
    ) -> Response:
        async with tools.database.reading() as session:
            tablet = tablet_shown(await read_tablet(tablet_id, person, session))
        return pages.render(
            request,
            "visits/tablet_lost.html",
            status_code=422 if errors else 200,
            tablet=tablet,
            why=why,
            errors=errors,
            longest=LONGEST_REASON,
        )

    @router.get("")
    async def list_page(
        request: Request,
        q: Annotated[str, Query(max_length=40)] = "",
        number: PageNumber = 1,
        person: Person = may(*TABLET_KEEPERS),
    ) -> Response:
        """List the tablets that one looks after, those heard of last first."""
        async with tools.database.reading() as session:
            found = await tablets_for(person, q, number, session)
        stations = stations_kept_by(person.roles, person.station)
        return pages.render(
            request,
            "visits/tablets.html",
            tablets=[tablet_shown(tablet) for tablet in found.lines],
            page=found.page,
            q=q,
            link=f"/tablets?q={quote(q)}&page=",
            stations=None if stations is None else sorted(stations),
        )

    @router.get("/{tablet_id}/lost")
    async def ask_why(request: Request, tablet_id: Id, person: Person = may(*TABLET_KEEPERS)) -> Response:
        """Say what happens when a tablet is reported lost, and ask why it is."""
        return await ask(request, tablet_id, person)

    @router.post("/{tablet_id}/lost")
    async def lost(
        request: Request,
        tablet_id: Id,
        why: Annotated[str, Form(max_length=LONGEST_REASON)] = "",
        person: Person = may(*TABLET_KEEPERS),
    ) -> Response:
        """Report a tablet lost, with a reason."""
        if len(why.strip()) < SHORTEST_REASON:
            return await ask(request, tablet_id, person, why, ({"text": SAY_WHY, "href": "#why"},))
        async with acting("visits", tools, person, request) as work:
            await report_lost(tablet_id, why.strip(), person, work, tools)
        return redirect(request, "/tablets", "The tablet is reported lost. Whoever was signed in on it is signed out.")

    @router.post("/{tablet_id}/found")
    async def found(request: Request, tablet_id: Id, person: Person = may(*TABLET_KEEPERS)) -> Response:
        """Report a lost tablet found, before it has emptied itself."""
        async with acting("visits", tools, person, request) as work:
            await report_found(tablet_id, person, work)
        return redirect(request, "/tablets", "The tablet is found: what is on it stays. Sign in on it again to send.")

    return router
