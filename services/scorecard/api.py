"""The scorecard for machines."""

from typing import Any

from fastapi import APIRouter

from services.scorecard.presenters import as_json
from services.scorecard.rules.rights import READERS
from services.scorecard.views import measure
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.paging import PageNumber


def scorecard_api(tools: Tools) -> APIRouter:
    """Return the route of the scorecard under /api/v1."""
    router = APIRouter(prefix="/api/v1/scorecard", tags=["scorecard"])

    @router.get("")
    async def get_scorecard(number: PageNumber = 1, _person: Person = may(*READERS)) -> dict[str, Any]:
        """Tell where every visit is, whether any was lost (`page` of those), and how long things took."""
        now = tools.clock.now()
        async with tools.database.reading() as session:
            return as_json(await measure(session, now, number), now)

    return router
