"""The wiring of risk_register: settings and tools in, handlers and routes out."""

from schemas.premises import LocationWithdrawn, PremisesListed, PremisesLocated
from schemas.referrals import MarkerDecided
from schemas.visits import MediaReceived
from services.risk_register.api.competence import competence_api
from services.risk_register.api.correcting import correcting_api
from services.risk_register.api.desk import desk_api
from services.risk_register.api.looking_back import looking_back_api
from services.risk_register.api.oversight import oversight_api
from services.risk_register.api.quality import quality_api
from services.risk_register.api.register import api_router
from services.risk_register.api.temporary import temporary_api
from services.risk_register.handlers import asks, markers
from services.risk_register.handlers.asks import ask_by_dates
from services.risk_register.handlers.expiry import EVERY_S, expire_additions
from services.risk_register.handlers.known_premises import keep_known_premises
from services.risk_register.handlers.markers import end_markers, keep_decisions
from services.risk_register.handlers.media import keep_media
from services.risk_register.handlers.temporary import expire_temporary
from services.risk_register.handlers.visits import take_up_visits
from services.risk_register.pages import assets
from services.risk_register.pages.bulk_page import bulk_router
from services.risk_register.pages.competence_page import competence_router
from services.risk_register.pages.correcting_page import correcting_router
from services.risk_register.pages.deciding import deciding_router
from services.risk_register.pages.due_page import due_router
from services.risk_register.pages.gaps_page import gaps_router
from services.risk_register.pages.item_page import item_router
from services.risk_register.pages.looking_back import looking_back_router
from services.risk_register.pages.own_page import notes_router, own_router
from services.risk_register.pages.quality_page import quality_router
from services.risk_register.pages.queue_page import queue_router
from services.risk_register.pages.record_page import record_router
from services.risk_register.pages.rules_page import rules_router
from services.risk_register.pages.temporary_list import temporary_router
from services.risk_register.pages.temporary_one import one_temporary_router
from services.risk_register.rules.rights import DESK
from services.risk_register.store.evidence import compare_with_log
from services.shared.deadlines import Deadline
from services.shared.service import NavigationItem, Service, Tools


def build(tools: Tools) -> Service:
    """Return the service, wired."""
    return Service(
        name="risk_register",
        handlers={
            PremisesLocated.topic: take_up_visits,
            LocationWithdrawn.topic: take_up_visits,
            MediaReceived.topic: keep_media,
            PremisesListed.topic: keep_known_premises,
            MarkerDecided.topic: keep_decisions,
        },
        routers=[
            correcting_api(tools),
            desk_api(tools),
            api_router(tools),
            looking_back_api(tools),
            temporary_api(tools),
            oversight_api(tools),
            competence_api(tools),
            quality_api(tools),
            queue_router(tools),
            due_router(tools),
            gaps_router(tools),
            rules_router(tools),
            competence_router(tools),
            quality_router(tools),
            item_router(tools),
            deciding_router(tools),
            correcting_router(tools),
            own_router(tools),
            bulk_router(tools),
            notes_router(tools),
            record_router(tools),
            looking_back_router(tools),
            temporary_router(tools),
            one_temporary_router(tools),
        ],
        navigation=[
            NavigationItem("Review", "/review", DESK),
            NavigationItem("Temporary risks", "/temporary-risks", DESK),
            NavigationItem("Oversight", "/oversight", DESK),
        ],
        static=[assets],
        deadlines=[
            Deadline(expire_additions, every_s=EVERY_S),
            Deadline(expire_temporary, every_s=EVERY_S),
            Deadline(ask_by_dates, every_s=asks.EVERY_S),
            Deadline(end_markers, every_s=markers.EVERY_S),
        ],
        evidence={"risk_register.versions": compare_with_log},
    )
