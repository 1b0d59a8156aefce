"""The wiring of premises: settings and tools in, handlers and routes out."""

from functools import partial

from schemas.risk_register import VisitReviewed
from schemas.visits import VisitSubmitted
from services.premises.api import premises_api
from services.premises.handlers.attending import Attending
from services.premises.handlers.list_premises import REST_S, list_premises
from services.premises.handlers.locate_visits import locate_visits
from services.premises.handlers.put_back import note_reviews
from services.premises.pages import assets
from services.premises.pages.deciding import deciding_router
from services.premises.pages.desk import DeskTools, desk_router
from services.premises.pages.gazetteer import gazetteer_router
from services.premises.pages.placing import placing_router
from services.premises.rules.rights import DESK
from services.premises.store.snapshots import SnapshotKeeper
from services.shared.deadlines import Deadline
from services.shared.service import NavigationItem, Service, Tools


def build(tools: Tools) -> Service:
    """Return the service, wired."""
    keeper = SnapshotKeeper(tools.database)
    desk = DeskTools(tools, keeper, Attending())
    return Service(
        name="premises",
        handlers={
            VisitSubmitted.topic: partial(locate_visits, keeper=keeper),
            VisitReviewed.topic: note_reviews,
        },
        routers=(
            premises_api(tools, keeper),
            gazetteer_router(desk),
            desk_router(desk),
            placing_router(desk),
            deciding_router(desk),
        ),
        navigation=(NavigationItem("Premises", "/premises", tuple(role.value for role in DESK)),),
        static=(assets,),
        starting=(keeper.prepare,),
        deadlines=(Deadline(partial(list_premises, keeper=keeper), rest_s=REST_S),),
        running=(keeper.watch,),
        beside_readers=(keeper.watch,),
    )
