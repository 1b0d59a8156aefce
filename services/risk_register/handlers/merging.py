"""Merge a visit into another to the same premises: one decision for both, and nothing that either reported is lost."""

from sqlmodel.ext.asyncio.session import AsyncSession

from services.risk_register.handlers.case import Case
from services.risk_register.handlers.desk import Command
from services.risk_register.handlers.visits import decide_replaced_with, say_where
from services.risk_register.handlers.what_is_shown import compare_again, show
from services.risk_register.rules.merging import overlaid, without_overtaken
from services.risk_register.store.additions import move_additions
from services.risk_register.store.queue import (
    OPEN,
    ReviewItem,
    authors_of,
    find_item,
    lock_item,
    moved,
    named_in,
    report_of,
    save_item,
    save_report,
)
from services.risk_register.store.records import known_of
from services.shared.errors import FieldReason, Refused
from services.shared.transactions import Work


async def merge_into(case: Case, command: Command, work: Work) -> None:
    """Add what a visit reported to another item of its premises, which is then decided for both."""
    target = await _target(case, command, work)
    both = overlaid(report_of(target), without_overtaken(known_of(case.version), report_of(case.item)))
    save_report(target, both)
    target.authors_merged = sorted({*(target.authors_merged or ()), *authors_of(case.item)})
    target.crew_merged = sorted({*(target.crew_merged or ()), *named_in(case.item)})
    target.safety_critical = target.safety_critical or case.item.safety_critical
    target.due_at = min(target.due_at, case.item.due_at)
    target.first_approval = None
    save_item(work, moved(target, target.state, command.person.name, work.now))
    await decide_replaced_with(target.visit_id, case.item, work)
    case.item.decided_with = target.visit_id
    save_item(work, case.item)
    await work.flush()
    await move_additions(work, case.item.visit_id, target.visit_id, command.person.name, work.now)
    await compare_again(work, case.record, command.person.name)
    await show(work, case.record, target.visit_id)
    say_where(target, work)


async def _target(case: Case, command: Command, session: AsyncSession) -> ReviewItem:
    if command.into is None or command.into == case.item.visit_id:
        raise _not_mergeable("choose another visit than this one to merge it into")
    known = await find_item(session, command.into)
    if known is None or known.premises_id != case.item.premises_id or known.state not in OPEN:
        raise _not_mergeable("choose a visit to the same premises that is still in the queue")
    return await lock_item(session, command.into)


def _not_mergeable(words: str) -> Refused:
    return Refused(words, (FieldReason("/into", words),))
