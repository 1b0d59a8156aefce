"""The wiring of scorecard: settings and tools in, handlers and routes out."""

from schemas.control import ControlShown
from schemas.premises import LocationWithdrawn, PremisesLocated, PremisesNotLocated
from schemas.referrals import ReferralAcknowledged, ReferralRaised
from schemas.risk_register import VisitReviewed
from schemas.visits import VisitSubmitted
from services.scorecard.api import READERS, scorecard_api
from services.scorecard.handlers import news
from services.scorecard.pages.board import scorecard_pages
from services.shared.service import NavigationItem, Service, Tools


def build(tools: Tools) -> Service:
    """Return the service, wired."""
    return Service(
        name="scorecard",
        handlers={
            VisitSubmitted.topic: news.note_submission,
            PremisesLocated.topic: news.note_location,
            PremisesNotLocated.topic: news.note_doubt_of_location,
            LocationWithdrawn.topic: news.note_withdrawn_location,
            VisitReviewed.topic: news.note_review,
            ReferralRaised.topic: news.note_referral,
            ReferralAcknowledged.topic: news.note_acknowledgement,
            ControlShown.topic: news.note_showing,
        },
        routers=(scorecard_api(tools), scorecard_pages(tools)),
        navigation=(NavigationItem("Scorecard", "/scorecard", tuple(role.value for role in READERS)),),
    )
