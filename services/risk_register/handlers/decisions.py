"""What becomes of a claimed visit: published, published with changes, returned, rejected, merged or passed up."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from schemas.vocabulary import ReviewState
from services.risk_register.handlers.case import Case, open_case
from services.risk_register.handlers.desk import Command, free
from services.risk_register.handlers.merging import merge_into
from services.risk_register.handlers.publishing import publish_visit
from services.risk_register.handlers.visits import say_where
from services.risk_register.handlers.what_is_shown import show
from services.risk_register.rules.decisions import APPROVALS, Decision, is_author
from services.risk_register.rules.showing import Resolution
from services.risk_register.store.additions import list_unresolved_with, resolve
from services.risk_register.store.queue import ReviewItem, moved, named_in, save_item
from services.shared.secrets import Vault
from services.shared.transactions import Work

WORD_GIVEN = "it names the reviewer, who says that they may decide"

Deed = Callable[[Case, Command, Work], Awaitable[None]]


async def decide(decision: Decision, command: Command, work: Work, vault: Vault) -> ReviewItem:
    """Take one decision on a visit that the reviewer has claimed; raises with why if it may not be taken."""
    case = await open_case(command, work, amends=decision is Decision.AMEND)
    answer = case.answer(decision, command, work.now)
    item = case.item
    free(item)
    moved(item, answer.next_state, command.person.name, work.now)
    if answer.waits_for_second:
        _wait_for_second(case, command, work.now)
    elif decision in APPROVALS:
        await _publish(case, command, work, vault)
    else:
        await DEEDS[decision](case, command, work)
    save_item(work, item)
    done = "approved first" if answer.waits_for_second else decision.value.lower()
    work.note(
        f"visit/{item.visit_id}", done, premises_id=item.premises_id, state=item.state,
        **({"crew_list": WORD_GIVEN} if is_author(command.person.name, named_in(item)) else {}),
    )  # fmt: skip
    say_where(item, work)
    return item


def _wait_for_second(case: Case, command: Command, now: datetime) -> None:
    case.item.escalated_at = None
    case.item.reason = command.reason
    case.item.first_approval = {
        "by": command.person.name,
        "role": command.role.value,
        "at": now.isoformat(),
        "record_version": case.record.version,
    }


async def _publish(case: Case, command: Command, work: Work, vault: Vault) -> None:
    case.item.state = ReviewState.PUBLISHED_AMENDED if case.item.amendment else ReviewState.PUBLISHED
    _set_down(case, command, work)
    await publish_visit(case, work, vault)


async def _return(case: Case, command: Command, work: Work) -> None:
    """Send it back to the crew; what it reported stays shown as unverified, for nobody has disproved it."""
    case.item.first_approval = None
    _set_down(case, command, work)
    await work.flush()
    await show(work, case.record)


async def _reject(case: Case, command: Command, work: Work) -> None:
    case.item.first_approval = None
    _set_down(case, command, work)
    for kept in await list_unresolved_with(work, case.item):
        resolve(work, kept, Resolution.REJECTED, command.person.name, work.now)
    await work.flush()
    await show(work, case.record)


async def _merge(case: Case, command: Command, work: Work) -> None:
    case.item.first_approval = None
    _set_down(case, command, work)
    await merge_into(case, command, work)


async def _escalate(case: Case, command: Command, work: Work) -> None:
    case.item.escalated_at = work.now
    case.item.escalated_why = command.reason
    case.item.first_approval = None


def _set_down(case: Case, command: Command, work: Work) -> None:
    item = case.item
    item.decided_by, item.decided_at = command.person.name, work.now
    item.reason = command.reason or item.reason
    item.fields = list(command.fields)


DEEDS: dict[Decision, Deed] = {
    Decision.RETURN: _return,
    Decision.REJECT: _reject,
    Decision.MERGE: _merge,
    Decision.ESCALATE: _escalate,
}
