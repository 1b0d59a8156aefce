"""The wiring of premises: settings and tools in, handlers and routes out."""

from functools import partial

from schemas.visits import VisitSubmitted
from services.premises.handlers.locate_premises import locate_premises
from services.premises.store.atlas import AtlasKeeper
from services.shared.service import Service, Tools


def build(tools: Tools) -> Service:
    """Return the service, wired."""
    keeper = AtlasKeeper(tools.database)
    return Service(
        name="premises",
        handlers={VisitSubmitted.topic: partial(locate_premises, keeper=keeper)},
        starting=(keeper.prepare,),
        running=(keeper.watch,),
    )
