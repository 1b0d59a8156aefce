"""What became of the visits: the list of one's own or one's station's, and the receipt and story of each."""

from typing import Any

from fastapi import APIRouter, Request, Response

from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.asked import Id
from services.shared.web.templating import Pages
from services.visits.presenters.stories import listed, page_of
from services.visits.rules.rights import CREWS, READERS
from services.visits.views import Whose, asked_of, read_visit, visits_for


def story_pages(tools: Tools, pages: Pages) -> APIRouter:
    """Return the routes of the list of visits and of their stories."""
    router = APIRouter(prefix="/device/visits", tags=["device"], include_in_schema=False)

    async def page_for(visit_id: Id, person: Person) -> dict[str, Any]:
        async with tools.database.reading() as session:
            return page_of(await read_visit(visit_id, person, session))

    @router.get("")
    async def my_visits(request: Request, whose: Whose | None = None, person: Person = may(*CREWS)) -> Response:
        """List the newest 50 visits of one's own, or of the station one is in charge of, each with how far it got."""
        async with tools.database.reading() as session:
            found = await visits_for(person, whose, session)
            asked = await asked_of(person, tools.clock.now(), session)
        visits = [listed(visit) for visit in found.visits]
        return pages.render(request, "visits/my_visits.html", visits=visits, found=found, asked=asked)

    @router.get("/{visit_id}")
    async def one_visit(request: Request, visit_id: Id, person: Person = may(*READERS)) -> Response:
        """Show the receipt of a visit and what became of it so far."""
        is_crew = not set(CREWS).isdisjoint(person.roles)
        return pages.render(request, "visits/story.html", visit=await page_for(visit_id, person), is_crew=is_crew)

    @router.get("/{visit_id}/story")
    async def story_so_far(visit_id: Id, seen: int = 0, person: Person = may(*READERS)) -> Response:
        """Return the story for the open page to take in; nothing if the page has seen it all."""
        visit = await page_for(visit_id, person)
        if visit["edition"] == seen:
            return Response(status_code=204)
        filled = pages.fragment("visits/story_so_far.html", now=tools.clock.now(), visit=visit)
        return Response(filled, media_type="text/html", headers={"Cache-Control": "no-store"})

    return router
