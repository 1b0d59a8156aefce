"""A visit was put back by the desk that places visits: take it off the record it should never have stood beside."""

from schemas.premises import LocationWithdrawn
from schemas.vocabulary import ReviewState
from services.risk_register.handlers.keeping import keep
from services.risk_register.rules.review_queue import UNDECIDED
from services.risk_register.rules.settling import taken_out
from services.risk_register.store.dossiers import hold_visit
from services.shared.errors import NotYet, Refused
from services.shared.transactions import Work


async def withdraw_visit(event: LocationWithdrawn, work: Work) -> None:
    """Take an undecided visit out of the queue, and show its premises without it."""
    held = await hold_visit(work, event.visit_id)
    if held is None:
        raise NotYet("the visit has not reached the review queue yet")
    dossier, item = held
    at = work.happened_at
    if item.state is ReviewState.WITHDRAWN or at < item.placed_at:
        return  # heard late: it has been placed anew since
    if item.state not in UNDECIDED or item.state is ReviewState.RESUBMITTED:
        raise Refused("the visit was decided before it was put back: correct the record by restoring a version")
    await keep(work, dossier, taken_out(dossier, item, event.withdrawn_by, at, work.now))
    place = dossier.record.premises_id
    work.note(f"visit/{item.visit_id}", "put back: taken out of the queue", premises_id=place)
