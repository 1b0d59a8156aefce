"""The scorecard page: whether any visit was lost, and where all of them are."""

from pathlib import Path

from fastapi import APIRouter, Request, Response

from services.scorecard.api import READERS
from services.scorecard.handlers.measuring import measure
from services.scorecard.presenters import seconds_words
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.templating import Pages

pages = Pages(Path(__file__).parent / "templates")


def scorecard_pages(tools: Tools) -> APIRouter:
    """Return the route of the page."""
    router = APIRouter(prefix="/scorecard", include_in_schema=False)

    @router.get("")
    async def scorecard_page(request: Request, _person: Person = may(*READERS)) -> Response:
        """Show the account of all visits."""
        async with tools.database.reading() as session:
            measured = await measure(session, tools.clock.now())
        return pages.render(
            request,
            "scorecard/board.html",
            account=measured.account,
            states=measured.states,
            referrals=measured.referrals,
            shown_count=measured.shown_count,
            shown_p50=seconds_words(measured.shown_p50_s),
            shown_p95=seconds_words(measured.shown_p95_s),
            shown_late=(measured.shown_p95_s or 0) > 60,
        )

    return router
