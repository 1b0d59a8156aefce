"""Undo: a visit that a person placed wrongly goes back to waiting, and whoever had heard of it is told."""

from dataclasses import replace

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.premises import LocationWithdrawn
from schemas.risk_register import VisitReviewed
from schemas.visits import OpenVisit
from schemas.vocabulary import LocationOutcome, LocationPrecision, ReviewState
from services.premises.handlers.confirm_premises import CREATED, carry_on
from services.premises.handlers.learn_names import forget_names_of
from services.premises.store.decisions import CaseState, Decision, get_decided_case, hold_decision, save_decision
from services.premises.store.generations import announce, count_change
from services.premises.store.reference import HISTORICAL, find_entry, save_entries
from services.shared.errors import Conflict
from services.shared.transactions import Work

PUT_BACK = "put-back"
# Once the register has decided, a visit is its business, and premises keeps no copy of it.
DECIDED = frozenset(
    {
        ReviewState.PUBLISHED, ReviewState.PUBLISHED_AMENDED, ReviewState.MERGED, ReviewState.REJECTED,
        ReviewState.SUPERSEDED, ReviewState.RESUBMITTED,
    }
)  # fmt: skip
TOO_LATE = (
    "the risk team has already decided on this visit where it was placed: it cannot be put back. If it was published "
    "there, ask them to restore the version before it, and ask the crew to send the visit again"
)


async def put_back(work: Work, visit_id: str, version: int) -> Decision:
    """Let a visit that a person placed wait again, unlearn what it taught, and say so; refused once it was reviewed."""
    case = await get_decided_case(work, visit_id, version)
    if case.state != CaseState.LOCATED or case.premises_id is None or case.visit is None:
        raise Conflict(TOO_LATE if case.state == CaseState.LOCATED else "this visit is not placed: open the list again")
    await forget_names_of(work, visit_id)
    await _take_made_place_out(work, case)
    work.note(f"visit/{visit_id}", "put back: waits for a person again", premises_id=case.premises_id)
    carry_on(work, case)
    actor = work.by.actor
    work.say(
        LocationWithdrawn(
            visit_id=visit_id,
            premises_id=case.premises_id,
            withdrawn_by=actor,
            received_at=case.received_at,
            visit=OpenVisit.model_validate(case.visit),
        ),
    )
    case.state, case.reason, case.outcome = CaseState.NEEDS_PERSON, PUT_BACK, LocationOutcome.REVIEW.value
    case.premises_id = case.reviewed = case.place = None
    case.precision, case.score = LocationPrecision.NONE.value, 0.0
    case.decided_by, case.decided_at, case.version = actor, work.now, case.version + 1
    await save_decision(work, case)
    return case


async def _take_made_place_out(work: Work, case: Decision) -> None:
    """Let the entry that was made for this visit alone be history: its next place is made anew."""
    entry = await find_entry(work, case.premises_id or "")
    if case.reason != CREATED or entry is None:
        return
    entry = replace(entry, logical_status=HISTORICAL)
    await save_entries(work, [(entry, {"visit_id": case.visit_id})], await count_change(work))
    await announce(work)


async def note_review(event: VisitReviewed, session: AsyncSession) -> None:
    """Keep how far the register has come with a visit; once it has decided, let the copy of the visit go."""
    case = await hold_decision(session, event.visit_id)
    if case is None or case.state != CaseState.LOCATED or event.state not in DECIDED:
        return
    case.reviewed, case.visit, case.private, case.sent_by = event.state.value, None, None, None
    await save_decision(session, case)
