"""Keep the story of a visit: each thing that others say became of it, with the time at which it happened."""

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.control import ControlShown
from schemas.premises import LocationWithdrawn, PremisesLocated, PremisesNotLocated
from schemas.referrals import ReferralAcknowledged, ReferralRaised
from schemas.risk_register import VisitReviewed
from services.shared.transactions import Work
from services.visits.rules.story import Step, StoryLine
from services.visits.store import add_remarks, save_story_line


async def note_location(event: PremisesLocated, work: Work) -> None:
    """Keep that the premises was found, and which it is."""
    place = f"{event.premises.address} ({event.premises.premises_id})"
    await save_story_line(work, event.visit_id, StoryLine(Step.LOCATED, work.happened_at, detail=place))


async def note_doubt_of_location(event: PremisesNotLocated, work: Work) -> None:
    """Keep that a person must say which premises it is, and why."""
    line = StoryLine(Step.NEEDS_PERSON, work.happened_at, detail=event.reason)
    await save_story_line(work, event.visit_id, line)


async def note_withdrawn_location(event: LocationWithdrawn, work: Work) -> None:
    """Keep that its premises was taken back: a person must say anew which it is."""
    await save_story_line(work, event.visit_id, StoryLine(Step.PUT_BACK, work.happened_at))


async def note_review(event: VisitReviewed, session: AsyncSession) -> None:
    """Keep how far the review has got, the reviewer's words to the crew, and what it may put right of its score."""
    line = StoryLine(event.state, event.moved_at, detail=event.reason or "", fields=event.fields, due_at=event.due_at)
    await save_story_line(session, event.visit_id, line)
    if event.warnings:
        await add_remarks(session, event.visit_id, event.warnings)


async def note_referral(event: ReferralRaised, session: AsyncSession) -> None:
    """Keep that a referral left for its desk, and by when the desk must answer."""
    line = StoryLine(Step.REFERRAL_RAISED, event.raised_at, event.referral_id, event.kind, due_at=event.acknowledge_by)
    await save_story_line(session, event.visit_id, line)


async def note_acknowledgement(event: ReferralAcknowledged, session: AsyncSession) -> None:
    """Keep that a desk took a referral in hand."""
    line = StoryLine(Step.REFERRAL_ACKNOWLEDGED, event.acknowledged_at, event.referral_id, event.kind)
    await save_story_line(session, event.visit_id, line)


async def note_showing(event: ControlShown, session: AsyncSession) -> None:
    """Keep that control sees what this visit changed."""
    if event.because_of_visit is None:
        return
    mine = event.unverified if event.unverified_of_visit is None else event.unverified_of_visit
    detail = "UNVERIFIED" if mine else ""
    line = StoryLine(Step.CONTROL_SHOWN, event.shown_at, about=str(event.revision), detail=detail)
    await save_story_line(session, event.because_of_visit, line)
