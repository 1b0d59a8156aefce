"""The page on which a crew sees what became of what it raised with a visit."""

from fastapi import APIRouter, Request, Response

from services.referrals.pages import pages
from services.referrals.presenters.raised import NOTHING_RAISED, raised_shown
from services.referrals.rules.rights import SENDERS
from services.referrals.views.raised import raised_with
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.asked import Id


def raised_pages(tools: Tools) -> APIRouter:
    """Return the route of what a crew raised."""
    router = APIRouter(prefix="/referrals/of-visit", tags=["pages"], include_in_schema=False)

    @router.get("/{visit_id}")
    async def raised_page(request: Request, visit_id: Id, person: Person = may(*SENDERS)) -> Response:
        """Show the state of each referral that one raised with a visit."""
        async with tools.database.reading() as session:
            raised = await raised_with(visit_id, person, session)
        return pages.render(
            request,
            "referrals/raised.html",
            visit_id=visit_id,
            raised=[raised_shown(each) for each in raised],
            nothing=NOTHING_RAISED,
        )

    return router
