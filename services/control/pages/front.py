"""Control's front page: the search, what it found, and what is new."""

from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.risk_register import RiskRecord
from services.control.api.readers import READERS
from services.control.api.search import Asked
from services.control.handlers.finding import find
from services.control.pages.assets import pages, part
from services.control.presenters.results import Change, reports, title
from services.control.store.shown import list_latest, list_unverified
from services.shared.event_log import last_position
from services.shared.identity import Person, may
from services.shared.service import Tools

ON_A_PAGE = 20
LATEST = 10
REPORTS = 8
EVERY_REPORT = 500


def front_pages(tools: Tools) -> APIRouter:
    """Return the routes of the front page and its parts."""
    router = APIRouter(prefix="/control", include_in_schema=False)

    @router.get("")
    async def front(
        request: Request, q: Asked = "", unverified: Literal["", "all"] = "", person: Person = may(*READERS)
    ) -> Response:
        """Show the search, what it found, and what is new; one exact answer is shown at once."""
        async with tools.database.reading() as session:
            position = await last_position(session)
            found = await find(q, ON_A_PAGE, session)
            if len(found.results) == 1 and found.results[0].match == "exact":
                return RedirectResponse(f"/control/premises/{found.results[0].premises_id}", 303)
            news = await _latest(session, tools, EVERY_REPORT if unverified else REPORTS)
        return pages.render(request, "control/front.html", query=q, found=found, position=position, **news)

    @router.get("/results")
    async def results(q: Asked = "", person: Person = may(*READERS)) -> HTMLResponse:
        """Give the results alone, while somebody types."""
        async with tools.database.reading() as session:
            found = await find(q, ON_A_PAGE, session)
        return part(pages.fragment("control/results.html", now=tools.clock.now(), found=found))

    @router.get("/latest")
    async def latest(person: Person = may(*READERS)) -> HTMLResponse:
        """Give what is new alone, when something has changed."""
        async with tools.database.reading() as session:
            news = await _latest(session, tools)
        return part(pages.fragment("control/latest.html", now=tools.clock.now(), **news))

    return router


async def _latest(session: AsyncSession, tools: Tools, most: int = REPORTS) -> dict[str, Any]:
    unverified = await list_unverified(session, most + 1)
    told = reports((RiskRecord.model_validate(each.record) for each in unverified), tools.clock.now())
    changes = [
        Change(
            premises_id=each.premises_id,
            title=title(each.name, each.address, each.postcode),
            level=each.level,
            base_level=each.base_level,
            unverified=each.unverified,
            shown_at=each.shown_at,
        )
        for each in await list_latest(session, LATEST)
    ]
    return {
        "unverified": told[:most],
        "unverified_more": len(told) > most,
        "changes": changes,
    }
