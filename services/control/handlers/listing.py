"""What control does when premises lists the gazetteer: makes every premises in it findable, with all its names."""

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.premises import PremisesListed
from services.control.store.places import save_listed


async def list_places(event: PremisesListed, session: AsyncSession) -> None:
    """Keep what is new or changed in the gazetteer; older news never replaces newer."""
    await save_listed(session, event.entries, event.generation)
