"""Finding records: by what is typed, and around a point."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.control.presenters.results import Results
from services.control.rules.places import EAST_M, NORTH_M, GridPoint, point_of_degrees
from services.control.rules.rights import READERS
from services.control.store.connections import Connections
from services.control.views.asking import SEARCHING, Asked
from services.control.views.finding import find, find_near
from services.shared.errors import FieldReason, Refused
from services.shared.identity import Person, may

Limit = Annotated[int, Query(ge=1, le=50)]


def search_router(connections: Connections) -> APIRouter:
    """Return the routes of searching."""
    router = APIRouter(prefix="/api/v1/control", tags=["control"])

    @router.get("/search", response_model=Results, dependencies=[SEARCHING])
    async def search(q: Asked = "", limit: Limit = 20, person: Person = may(*READERS)) -> Response:
        """Find any premises by address, postcode, name (former ones too), premises id or grid reference.

        Slips in spelling are forgiven. `held` says whether a record is held; the best answer comes first, and `total`
        says how many there are.
        """
        return _answer(await connections.ask(partial(find, q, limit)))

    @router.get("/nearby", response_model=Results, dependencies=[SEARCHING])
    async def nearby(
        easting: Annotated[float | None, Query(ge=0, le=EAST_M, allow_inf_nan=False)] = None,
        northing: Annotated[float | None, Query(ge=0, le=NORTH_M, allow_inf_nan=False)] = None,
        latitude: Annotated[float | None, Query(ge=-90, le=90, allow_inf_nan=False)] = None,
        longitude: Annotated[float | None, Query(ge=-180, le=180, allow_inf_nan=False)] = None,
        radius_m: Annotated[float, Query(gt=0, le=50_000, allow_inf_nan=False)] = 500,
        limit: Limit = 20,
        person: Person = may(*READERS),
    ) -> Response:
        """Find the records around a point: metres on the National Grid, or degrees."""
        point = _point(easting, northing, latitude, longitude)
        return _answer(await connections.ask(partial(find_near, point, radius_m, limit)))

    return router


def _answer(found: Results) -> Response:
    return Response(found.model_dump_json(), media_type="application/json")


def _point(easting: float | None, northing: float | None, latitude: float | None, longitude: float | None) -> GridPoint:
    if easting is not None and northing is not None:
        return GridPoint(easting, northing)
    if latitude is None or longitude is None:
        reason = "give easting and northing, or latitude and longitude"
        raise Refused("the point is missing", (FieldReason("/easting", reason),))
    point = point_of_degrees(latitude, longitude)
    if point is None:
        reason = "this lies outside the National Grid"
        raise Refused("the point cannot be used", (FieldReason("/latitude", reason),))
    return point
