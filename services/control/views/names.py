"""What a premises is called, for the pages that are about it and show nothing of its record."""

from sqlmodel.ext.asyncio.session import AsyncSession

from services.control.presenters.results import title
from services.control.store.places import find_place


async def name_of(session: AsyncSession, premises_id: str) -> str:
    """Return the name and address of a premises as one line; of one that nobody lists, its UPRN as it was asked for."""
    place = await find_place(session, premises_id)
    return title(place.name, place.address, place.postcode) if place else f"UPRN {premises_id}"
