"""What became of what a crew raised with a visit, as JSON."""

from typing import Any

from fastapi import APIRouter, Response

from services.referrals.presenters.raised import raised_shown
from services.referrals.rules.rights import SENDERS
from services.referrals.views.raised import raised_with
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.asked import Id


def raised_api(tools: Tools) -> APIRouter:
    """Return the route of what a crew raised."""
    router = APIRouter(prefix="/api/v1/referrals/of-visit", tags=["referrals"])

    @router.get("/{visit_id}")
    async def get_raised(response: Response, visit_id: Id, person: Person = may(*SENDERS)) -> dict[str, Any]:
        """Return the state of each referral that one raised with a visit: no content, no words of a desk, no names."""
        response.headers["Cache-Control"] = "no-store"
        async with tools.database.reading() as session:
            raised = await raised_with(visit_id, person, session)
        return {"visit_id": visit_id, "raised": [raised_shown(each) for each in raised]}

    return router
