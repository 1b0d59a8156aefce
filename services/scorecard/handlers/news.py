"""Keep where each visit stands, from what the other services say of it."""

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.control import ControlShown
from schemas.premises import LocationWithdrawn, PremisesLocated, PremisesNotLocated
from schemas.referrals import ReferralAcknowledged, ReferralRaised
from schemas.risk_register import VisitReviewed
from schemas.visits import VisitSubmitted
from services.scorecard.rules.standing import Standing
from services.scorecard.store import save_news, save_referral, save_shown
from services.shared.transactions import Work


async def note_submission(event: VisitSubmitted, session: AsyncSession) -> None:
    """Keep that a visit was received."""
    at, station = event.received_at, event.visit.station
    await save_news(session, event.visit_id, Standing.SUBMITTED, at, submitted_at=at, station=station)


async def note_location(event: PremisesLocated, work: Work) -> None:
    """Keep that the premises of a visit is known."""
    at = work.happened_at
    await save_news(work, event.visit_id, Standing.LOCATED, at, located_at=at)


async def note_doubt_of_location(event: PremisesNotLocated, work: Work) -> None:
    """Keep that a person must say which premises it is."""
    await save_news(work, event.visit_id, Standing.NEEDS_PERSON, work.happened_at)


async def note_withdrawn_location(event: LocationWithdrawn, work: Work) -> None:
    """Keep that a person must say anew which premises a visit is about."""
    await save_news(work, event.visit_id, Standing.NEEDS_PERSON, work.happened_at)


async def note_review(event: VisitReviewed, session: AsyncSession) -> None:
    """Keep how far the review of a visit has got."""
    await save_news(session, event.visit_id, event.state, event.moved_at)


async def note_referral(event: ReferralRaised, session: AsyncSession) -> None:
    """Keep that a referral was raised."""
    times = {"raised_at": event.raised_at, "acknowledge_by": event.acknowledge_by}
    await save_referral(session, event.referral_id, event.visit_id, event.kind, **times)


async def note_acknowledgement(event: ReferralAcknowledged, session: AsyncSession) -> None:
    """Keep that a desk took a referral in hand."""
    times = {"acknowledged_at": event.acknowledged_at}
    await save_referral(session, event.referral_id, event.visit_id, event.kind, **times)


async def note_showing(event: ControlShown, session: AsyncSession) -> None:
    """Keep when control first saw something of a visit."""
    if event.because_of_visit is not None:
        await save_shown(session, event.because_of_visit, event.shown_at)
