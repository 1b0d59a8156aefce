"""Looking back on a record, for other programmes: two versions compared, and the record as it was at a moment."""

from typing import Annotated

from fastapi import APIRouter, Query

from schemas.visit_parts import Moment
from services.risk_register.rules.as_it_was import ByWhen
from services.risk_register.rules.rights import RECORD_READERS
from services.risk_register.views.as_it_was import AsItWas, as_it_was
from services.risk_register.views.versions import VersionsCompared, versions_compared
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.asked import Id

MOST_OF_A_NUMBER = 2**31 - 1
Number = Annotated[int | None, Query(ge=0, le=MOST_OF_A_NUMBER, description="the newest two versions if left out")]


def looking_back_api(tools: Tools) -> APIRouter:
    """Return the routes that look back on a record."""
    router = APIRouter(prefix="/api/v1/risk-register", tags=["risk register"])

    @router.get("/records/{premises_id}/comparison")
    async def compare(
        premises_id: Id, before: Number = None, after: Number = None, person: Person = may(*RECORD_READERS)
    ) -> VersionsCompared:
        """Return two versions of a record compared by fact, each side with who saw it; version 0 is before any."""
        async with tools.database.reading() as session:
            return await versions_compared(session, premises_id, before, after)

    @router.get("/records/{premises_id}/as-it-was")
    async def look_back(
        premises_id: Id, as_of: Moment, by: ByWhen = ByWhen.SHOWN, person: Person = may(*RECORD_READERS)
    ) -> AsItWas:
        """Return a record at a moment: what had been `seen` by then, or what we knew and had `shown` by then."""
        async with tools.database.reading() as session:
            return await as_it_was(session, premises_id, as_of, by, tools.clock.now())

    return router
