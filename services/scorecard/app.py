"""The wiring of scorecard: settings and tools in, handlers and routes out."""

from schemas.control import ControlShown
from schemas.premises import LocationWithdrawn, PremisesLocated, PremisesNotLocated
from schemas.referrals import ReferralAcknowledged, ReferralRaised
from schemas.risk_register import VisitReviewed
from schemas.visits import VisitSubmitted
from services.scorecard.api import READERS, scorecard_api
from services.scorecard.handlers import news
from services.scorecard.pages.board import scorecard_pages
from services.shared.service import NavigationItem, Service, Tools, one_by_one


def build(tools: Tools) -> Service:
    """Return the service, wired."""
    return Service(
        name="scorecard",
        handlers={
            VisitSubmitted.topic: one_by_one(news.note_submission),
            PremisesLocated.topic: one_by_one(news.note_location),
            PremisesNotLocated.topic: one_by_one(news.note_doubt_of_location),
            LocationWithdrawn.topic: one_by_one(news.note_withdrawn_location),
            VisitReviewed.topic: one_by_one(news.note_review),
            ReferralRaised.topic: one_by_one(news.note_referral),
            ReferralAcknowledged.topic: one_by_one(news.note_acknowledgement),
            ControlShown.topic: one_by_one(news.note_showing),
        },
        routers=(scorecard_api(tools), scorecard_pages(tools)),
        navigation=(NavigationItem("Scorecard", "/scorecard", tuple(role.value for role in READERS)),),
    )
