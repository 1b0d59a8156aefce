"""The wiring of referrals: settings and tools in, handlers and routes out."""

from functools import partial

from schemas.premises import LocationWithdrawn, PremisesLocated
from schemas.risk_register import VisitReviewed
from schemas.visits import ConcernsNoted, VisitSubmitted
from services.referrals.api import referrals_api
from services.referrals.handlers.appraisals import make_referrals_urgent
from services.referrals.handlers.concerns import open_cases
from services.referrals.handlers.lateness import sound_alarms
from services.referrals.handlers.visits import place_referrals, raise_referrals, take_place_back
from services.referrals.pages import assets
from services.referrals.pages.decisions import decision_pages
from services.referrals.pages.desk import desk_pages
from services.referrals.pages.referral import referral_pages
from services.referrals.rules.rights import READERS
from services.shared.deadlines import Deadlines
from services.shared.service import NavigationItem, Service, Tools


def build(tools: Tools) -> Service:
    """Return the service, wired."""
    return Service(
        name="referrals",
        handlers={
            VisitSubmitted.topic: raise_referrals,
            ConcernsNoted.topic: partial(open_cases, vault=tools.vault),
            PremisesLocated.topic: place_referrals,
            LocationWithdrawn.topic: take_place_back,
            VisitReviewed.topic: make_referrals_urgent,
        },
        routers=[referrals_api(tools), desk_pages(tools), referral_pages(tools), decision_pages(tools)],
        navigation=[NavigationItem("Referrals", "/referrals", READERS)],
        static=[assets],
        running=[Deadlines("referrals", tools.database, tools.clock, sound_alarms).run],
    )
