"""The wiring of visits: settings and tools in, handlers and routes out."""

from functools import partial

from schemas.control import ControlShown
from schemas.premises import LocationWithdrawn, PremisesLocated, PremisesNotLocated
from schemas.referrals import ReferralAcknowledged, ReferralRaised
from schemas.risk_register import VisitReviewed
from schemas.vocabulary import Role
from services.shared.service import NavigationItem, Service, Tools, one_by_one
from services.shared.turns import Door, Turns
from services.visits.api import PATH, visits_api
from services.visits.handlers import story
from services.visits.handlers.marking import mark_old_visits
from services.visits.handlers.submission import take_visit
from services.visits.pages.rendering import STATIC, make_pages
from services.visits.pages.sending import sending_pages
from services.visits.pages.stories import story_pages
from services.visits.rules.urgency import body_is_urgent
from services.visits.store import compare_with_log


def build(tools: Tools) -> Service:
    """Return the service, wired."""
    pages = make_pages()
    turns = Turns(tools.settings.intake_at_once, tools.settings.intake_waiting)
    return Service(
        name="visits",
        handlers={
            PremisesLocated.topic: one_by_one(story.note_location),
            PremisesNotLocated.topic: one_by_one(story.note_doubt_of_location),
            LocationWithdrawn.topic: one_by_one(story.note_withdrawn_location),
            VisitReviewed.topic: one_by_one(story.note_review),
            ReferralRaised.topic: one_by_one(story.note_referral),
            ReferralAcknowledged.topic: one_by_one(story.note_acknowledgement),
            ControlShown.topic: one_by_one(story.note_showing),
        },
        routers=(
            visits_api(tools, take_visit, turns),
            sending_pages(tools, pages, take_visit),
            story_pages(tools, pages),
        ),
        navigation=(NavigationItem("New visit", "/device", (Role.FIREFIGHTER, Role.OFFICER_IN_CHARGE)),),
        static=(STATIC,),
        evidence={"visits.visits": compare_with_log},
        starting=(partial(mark_old_visits, tools),),
        doors=(Door("POST", PATH, turns, body_is_urgent),),
    )
