"""The wiring of scorecard: settings and tools in, handlers and routes out."""

from schemas.control import ControlShown, DebriefAnswered
from schemas.premises import LocationWithdrawn, PremisesLocated, PremisesNotLocated
from schemas.referrals import ReferralAcknowledged, ReferralRaised
from schemas.risk_register import VisitQualityChecked, VisitReviewed
from schemas.visits import VisitSubmitted
from services.scorecard.api import scorecard_api
from services.scorecard.handlers import note_debriefs, note_news, note_quality, note_referrals
from services.scorecard.pages.board import scorecard_pages
from services.scorecard.rules.rights import READERS
from services.shared.service import NavigationItem, Service, Tools


def build(tools: Tools) -> Service:
    """Return the service, wired."""
    return Service(
        name="scorecard",
        gathers_s=0.25,
        handlers={
            VisitSubmitted.topic: note_news,
            PremisesLocated.topic: note_news,
            PremisesNotLocated.topic: note_news,
            LocationWithdrawn.topic: note_news,
            VisitReviewed.topic: note_news,
            VisitQualityChecked.topic: note_quality,
            ReferralRaised.topic: note_referrals,
            ReferralAcknowledged.topic: note_referrals,
            ControlShown.topic: note_news,
            DebriefAnswered.topic: note_debriefs,
        },
        routers=(scorecard_api(tools), scorecard_pages(tools)),
        navigation=(NavigationItem("Scorecard", "/scorecard", tuple(role.value for role in READERS)),),
    )
