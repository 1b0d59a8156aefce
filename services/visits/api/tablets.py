"""The tablets of the crews for programs that manage them: list them, report one lost, report it found."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.acting import acting
from services.shared.web.asked import Id
from services.shared.web.paging import PageNumber, say_pages
from services.visits.handlers.tablets import report_found, report_lost
from services.visits.presenters.tablets import TabletShown, tablet_shown
from services.visits.rules.rights import TABLET_KEEPERS
from services.visits.rules.tablets import LONGEST_REASON, SHORTEST_REASON
from services.visits.views import read_tablet, tablets_for

Words = Annotated[str, Query(max_length=40, description="what a name begins with, or a station")]


class LostReport(BaseModel):
    """Why a tablet is reported lost: where it was last, no more of anybody than that needs."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    why: str = Field(min_length=SHORTEST_REASON, max_length=LONGEST_REASON)


def tablets_api(tools: Tools) -> APIRouter:
    """Return the routes of tablets under /api/v1."""
    router = APIRouter(prefix="/api/v1/tablets", tags=["tablets"])

    @router.get("")
    async def get_tablets(
        request: Request,
        response: Response,
        q: Words = "",
        number: PageNumber = 1,
        person: Person = may(*TABLET_KEEPERS),
    ) -> list[TabletShown]:
        """List the tablets, those heard of last first; of an officer in charge those of the own station."""
        async with tools.database.reading() as session:
            found = await tablets_for(person, q, number, session)
        say_pages(request, response, found.page)
        return [tablet_shown(tablet) for tablet in found.lines]

    @router.post("/{tablet_id}/lost")
    async def post_lost(
        request: Request, tablet_id: Id, report: LostReport, person: Person = may(*TABLET_KEEPERS)
    ) -> TabletShown:
        """Report a tablet lost: its sign-ins end at once, and it empties itself when it next has signal.

        404: no such tablet, or not of the own station; 409: reported already.
        """
        async with acting("visits", tools, person, request) as work:
            await report_lost(tablet_id, report.why, person, work, tools)
        async with tools.database.reading() as session:
            return tablet_shown(await read_tablet(tablet_id, person, session))

    @router.post("/{tablet_id}/found")
    async def post_found(request: Request, tablet_id: Id, person: Person = may(*TABLET_KEEPERS)) -> TabletShown:
        """Report a lost tablet found: it goes on as it was.

        404: no such tablet, or not of the own station; 409: not reported lost, or it has emptied itself.
        """
        async with acting("visits", tools, person, request) as work:
            await report_found(tablet_id, person, work)
        async with tools.database.reading() as session:
            return tablet_shown(await read_tablet(tablet_id, person, session))

    return router
