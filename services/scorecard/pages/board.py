"""The scorecard page: whether any visit was lost, and where all of them are."""

from pathlib import Path

from fastapi import APIRouter, Request, Response

from services.domain.quality import TARGET_PERCENT
from services.scorecard.presenters import ELSEWHERE, seconds_words
from services.scorecard.rules.debriefs import TARGET_RIGHT
from services.scorecard.rules.rights import READERS
from services.scorecard.views import measure
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.paging import PageNumber
from services.shared.web.templating import Pages

# What is safety-critical must be on control's screen within a minute (docs/domain/4.7.md, measure 6).
TARGET_S = 60
pages = Pages(Path(__file__).parent / "templates")


def scorecard_pages(tools: Tools) -> APIRouter:
    """Return the route of the page."""
    router = APIRouter(prefix="/scorecard", include_in_schema=False)

    @router.get("")
    async def scorecard_page(request: Request, number: PageNumber = 1, _person: Person = may(*READERS)) -> Response:
        """Show the account of all visits."""
        async with tools.database.reading() as session:
            measured = await measure(session, tools.clock.now(), number)
        return pages.render(
            request,
            "scorecard/board.html",
            measured=measured,
            account=measured.account,
            referrals=measured.referrals,
            seconds_words=seconds_words,
            target_s=TARGET_S,
            debriefs=measured.debriefs,
            target_right=TARGET_RIGHT,
            elsewhere=ELSEWHERE,
            quality=measured.quality,
            target_percent=TARGET_PERCENT,
        )

    return router
