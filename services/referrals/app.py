"""The wiring of referrals: settings and tools in, handlers and routes out."""

from functools import partial

from schemas.premises import LocationWithdrawn, PremisesLocated
from schemas.risk_register import VisitReviewed
from schemas.visits import ConcernsNoted, VisitSubmitted
from services.referrals.api.home_visits import home_visits_api
from services.referrals.api.needs import needs_api
from services.referrals.api.raised import raised_api
from services.referrals.api.referrals import alarms_api, endings_api, referrals_api
from services.referrals.handlers import markers
from services.referrals.handlers.appraisals import make_referrals_urgent
from services.referrals.handlers.entering import note_reviews_due
from services.referrals.handlers.lateness import sound_alarms
from services.referrals.handlers.markers import ask_for_markers_again
from services.referrals.handlers.needs import remove_lapsed_needs
from services.referrals.handlers.visits import place_referrals, raise_referrals, take_in_concerns, take_place_back
from services.referrals.pages import assets
from services.referrals.pages.alarms import BANNER, alarm_pages, reference_pages
from services.referrals.pages.decisions import decision_pages
from services.referrals.pages.desk import desk_pages
from services.referrals.pages.needs import needs_pages
from services.referrals.pages.needs_answers import answer_pages
from services.referrals.pages.needs_form import needs_form
from services.referrals.pages.photographs import photograph_pages
from services.referrals.pages.raised import raised_pages
from services.referrals.pages.recording import recording_pages
from services.referrals.pages.referral import referral_pages
from services.referrals.rules.needs import IN_MENU_OF
from services.referrals.rules.rights import READERS
from services.referrals.store.history import HISTORY
from services.referrals.store.keys import keep_keys_apart
from services.shared.deadlines import Deadline
from services.shared.heads import HeadKeeper
from services.shared.service import NavigationItem, Service, Tools, one_by_one

# Consent lapses after 14 months, and is reviewed after 12: nobody waits for the minute.
LOOK_FOR_LAPSES_EVERY_S = 60.0


def build(tools: Tools) -> Service:
    """Return the service, wired."""
    keep_keys_apart(tools.vault)
    lapses = partial(remove_lapsed_needs, vault=tools.vault)
    return Service(
        name="referrals",
        gathers_s=0.1,
        handlers={
            VisitSubmitted.topic: raise_referrals,
            ConcernsNoted.topic: partial(take_in_concerns, vault=tools.vault),
            PremisesLocated.topic: partial(place_referrals, vault=tools.vault),
            LocationWithdrawn.topic: one_by_one(partial(take_place_back, vault=tools.vault)),
            VisitReviewed.topic: make_referrals_urgent,
        },
        routers=[
            alarms_api(tools),
            needs_api(tools),
            raised_api(tools),
            referrals_api(tools),
            endings_api(tools),
            home_visits_api(tools),
            desk_pages(tools),
            needs_form(tools),
            answer_pages(tools),
            needs_pages(tools),
            raised_pages(tools),
            alarm_pages(tools),
            reference_pages(tools),
            referral_pages(tools),
            photograph_pages(tools),
            decision_pages(tools),
            recording_pages(tools),
        ],
        navigation=[
            NavigationItem("Referrals", "/referrals", READERS),
            NavigationItem("Evacuation plans", "/referrals/needs", IN_MENU_OF),
        ],
        banners=[BANNER],
        static=[assets],
        histories=[HISTORY],
        deadlines=[
            Deadline(sound_alarms),
            Deadline(lapses, every_s=LOOK_FOR_LAPSES_EVERY_S),
            Deadline(note_reviews_due, every_s=LOOK_FOR_LAPSES_EVERY_S),
            Deadline(ask_for_markers_again, every_s=markers.EVERY_S),
        ],
        beside_readers=[HeadKeeper(tools, [HISTORY]).run],  # here, as nobody else may read every history
    )
