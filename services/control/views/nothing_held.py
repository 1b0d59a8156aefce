"""What somebody sees who looks up a premises that is known and of which nothing is held."""

from typing import Protocol

from sqlmodel.ext.asyncio.session import AsyncSession

from services.control.presenters.nothing_held import Neighbour, NothingHeld
from services.control.presenters.results import Result, title
from services.control.rules.directions import direction
from services.control.rules.places import grid_reference
from services.control.store.places import KnownPlace, find_place
from services.control.views.finding import list_records_nearest
from services.shared.errors import NotFound

NEAREST = 8
GONE = "these premises are not in the gazetteer any more: search again by the address"


class HasPoint(Protocol):
    """Whatever has a place in metres on EPSG:27700, if anybody knows it."""

    @property
    def easting(self) -> float | None: ...
    @property
    def northing(self) -> float | None: ...


async def nothing_held_of(session: AsyncSession, premises_id: str) -> NothingHeld:
    """Return a known premises without a record, and the records nearest to it; raises `NotFound` if it is unknown."""
    place = await find_place(session, premises_id)
    if place is None:
        raise NotFound(GONE)
    building = await find_place(session, place.parent_id) if place.parent_id else None
    return NothingHeld(
        premises_id=place.premises_id,
        title=title(place.name, place.address, place.postcode),
        known_as=place.known_as,
        in_use=place.in_use,
        grid_reference=_reference(place),
        easting=place.easting,
        northing=place.northing,
        parent_id=place.parent_id,
        building=title(building.name, building.address, building.postcode) if building else "",
        building_held=building is not None and building.held,
        nearest=await list_neighbours(place, NEAREST, session, premises_id),
    )


def _reference(place: KnownPlace) -> str:
    if place.easting is None or place.northing is None:
        return ""
    return grid_reference(place.easting, place.northing)


async def list_neighbours(place: HasPoint, limit: int, session: AsyncSession, but: str = "") -> tuple[Neighbour, ...]:
    """Return the records nearest to a place, however far, and which way each lies; none if nobody knows where it is."""
    if place.easting is None or place.northing is None:
        return ()
    at = (place.easting, place.northing)
    return tuple(_neighbour(each, at) for each in await list_records_nearest(at, limit, session, but))


def _neighbour(record: Result, at: tuple[float, float]) -> Neighbour:
    east, north = (record.easting or 0.0) - at[0], (record.northing or 0.0) - at[1]
    return Neighbour(record=record, direction=direction(east, north))
