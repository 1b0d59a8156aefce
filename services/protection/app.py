"""The wiring of protection: settings and tools in, handlers and routes out."""

from schemas.premises import PremisesListed
from services.protection.api import protection_api
from services.protection.handlers.known_premises import keep_known_premises
from services.protection.handlers.telling import EVERY_S, tell_by_day
from services.protection.pages import assets
from services.protection.pages.audits import audits_router
from services.protection.pages.files import files_router
from services.protection.pages.lists import lists_router
from services.protection.pages.notices import changing_notices_router, notices_router
from services.protection.rules.rights import READERS
from services.shared.deadlines import Deadline
from services.shared.service import NavigationItem, Service, Tools


def build(tools: Tools) -> Service:
    """Return the service, wired."""
    return Service(
        name="protection",
        handlers={PremisesListed.topic: keep_known_premises},
        routers=(
            protection_api(tools),
            notices_router(tools),
            changing_notices_router(tools),
            audits_router(tools),
            files_router(tools),
            lists_router(tools),
        ),
        navigation=(NavigationItem("Protection", "/protection", tuple(role.value for role in READERS)),),
        static=(assets,),
        deadlines=(Deadline(tell_by_day, every_s=EVERY_S),),
        gathers_s=0.25,
    )
