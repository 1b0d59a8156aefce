"""What lies around a place, for machines: the nearest hydrants, and the plans for its area."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.control.presenters.surroundings import Surroundings
from services.control.rules.places import EAST_M, NORTH_M
from services.control.rules.rights import READERS
from services.control.views.surroundings import surroundings_of
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.words import as_date


def surroundings_router(tools: Tools) -> APIRouter:
    """Return the route of what lies around a place."""
    router = APIRouter(prefix="/api/v1/control/surroundings", tags=["control"])

    @router.get("")
    async def get_surroundings(
        easting: Annotated[float, Query(ge=0, le=EAST_M, allow_inf_nan=False)],
        northing: Annotated[float, Query(ge=0, le=NORTH_M, allow_inf_nan=False)],
        person: Person = may(*READERS),
    ) -> Surroundings:
        """Return the 5 hydrants nearest to a point on EPSG:27700, and the plans whose area it lies in."""
        async with tools.database.reading() as session:
            return await surroundings_of(session, easting, northing, person, as_date(tools.clock.now()))

    return router
