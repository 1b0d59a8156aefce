"""A visit was put back by the desk that places visits: take it off the record it should never have stood beside."""

from datetime import datetime

from schemas.premises import LocationWithdrawn
from schemas.vocabulary import ReviewState
from services.risk_register.handlers.desk import free
from services.risk_register.handlers.visits import PUT_BACK
from services.risk_register.handlers.what_is_shown import compare_again, show
from services.risk_register.rules.showing import Resolution
from services.risk_register.store.additions import list_of_visit, resolve
from services.risk_register.store.queue import (
    UNDECIDED,
    ReviewItem,
    find_item,
    list_replaced_by,
    lock_item,
    moved,
    placed_at,
    save_item,
)
from services.risk_register.store.records import lock_known_record
from services.shared.errors import NotYet, Refused
from services.shared.transactions import Work


async def withdraw_visit(event: LocationWithdrawn, work: Work) -> None:
    """Take an undecided visit out of the queue, and show its premises without it."""
    known = await find_item(work, event.visit_id)
    if known is None:
        raise NotYet("the visit has not reached the review queue yet")
    record, item = await lock_known_record(work, known.premises_id), await lock_item(work, event.visit_id)
    at = work.happened_at
    if item.state is ReviewState.WITHDRAWN or at < placed_at(item):
        return  # heard late: it has been placed anew since
    if item.state not in UNDECIDED or item.state is ReviewState.RESUBMITTED:
        raise Refused("the visit was decided before it was put back: correct the record by restoring a version")
    await _take_out(item, event.withdrawn_by, at, work)
    await work.flush()
    await compare_again(work, record, event.withdrawn_by)
    await show(work, record)
    work.note(f"visit/{item.visit_id}", "put back: taken out of the queue", premises_id=record.premises_id)


async def _take_out(item: ReviewItem, person: str, at: datetime, work: Work) -> None:
    """Withdraw a visit; what it had taken the place of is again what its own crew said, and undecided."""
    free(item)
    item.first_approval = item.amendment = None
    item.escalated_at = item.escalated_why = None
    item.decided_by, item.decided_at, item.reason = person, at, PUT_BACK
    save_item(work, moved(item, ReviewState.WITHDRAWN, person, at))
    for kept in await list_of_visit(work, item.visit_id):
        if kept.resolved_at is None:
            resolve(work, kept, Resolution.REJECTED, person, work.now)
    for other in await list_replaced_by(work, item.visit_id):
        other.decided_with = None
        save_item(work, moved(other, ReviewState.RETURNED, person, at))
