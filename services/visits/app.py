"""The wiring of visits: settings and tools in, handlers and routes out."""

from schemas.control import ControlShown
from schemas.premises import PremisesLocated, PremisesNotLocated
from schemas.referrals import ReferralAcknowledged, ReferralRaised
from schemas.risk_register import VisitReviewed
from services.shared.service import Service, Tools
from services.visits.api import visits_api
from services.visits.handlers import story
from services.visits.handlers.reading import read_visit
from services.visits.handlers.submission import take_visit


def build(tools: Tools) -> Service:
    """Return the service, wired."""
    return Service(
        name="visits",
        handlers={
            PremisesLocated.topic: story.note_location,
            PremisesNotLocated.topic: story.note_doubt_of_location,
            VisitReviewed.topic: story.note_review,
            ReferralRaised.topic: story.note_referral,
            ReferralAcknowledged.topic: story.note_acknowledgement,
            ControlShown.topic: story.note_showing,
        },
        routers=(visits_api(tools, take_visit, read_visit),),
    )
