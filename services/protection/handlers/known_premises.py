"""Keep what the gazetteer lists; what is held of a part goes with it to another building."""

from collections.abc import Sequence

from schemas.premises import PremisesListed
from services.protection.handlers.telling import tell
from services.protection.store.premises import save_listed
from services.shared.transactions import Heard, Work


async def keep_known_premises(heard: Sequence[Heard[PremisesListed]], work: Work) -> None:
    """Keep what is new or changed in the gazetteer."""
    await tell(work, await save_listed(work, [each.event for each in heard]))
