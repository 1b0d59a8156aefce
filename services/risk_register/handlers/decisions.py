"""What becomes of a claimed visit: published, published with changes, returned, rejected, merged or passed up."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from schemas.vocabulary import ReviewState
from services.risk_register.handlers.case import Case, open_case
from services.risk_register.handlers.desk import Command
from services.risk_register.handlers.keeping import keep
from services.risk_register.handlers.publishing import publish
from services.risk_register.handlers.quality import draw
from services.risk_register.rules.decisions import APPROVALS, Decision, DecisionAnswer, is_author
from services.risk_register.rules.dossiers import Dossier
from services.risk_register.rules.items import Item
from services.risk_register.rules.news import news_of
from services.risk_register.rules.review_queue import OPEN
from services.risk_register.rules.settling import merged, rejected
from services.risk_register.rules.what_is_shown import shown
from services.shared.errors import FieldReason, Refused
from services.shared.secrets import Vault
from services.shared.stamps import Stamps
from services.shared.transactions import Work

WORD_GIVEN = "it names the reviewer, who says that they may decide"

Settling = Callable[[Dossier, Item, Command, datetime], Dossier]


async def decide(decision: Decision, command: Command, work: Work, vault: Vault, stamps: Stamps) -> Item:
    """Take one decision on a visit that the reviewer has claimed; raises with why if it may not be taken."""
    held, case = await open_case(command, work, amends=decision is Decision.AMEND)
    answer = case.answer(decision, command, work.now)
    case = moved(case, decision, answer, command, work.now)
    if answer.waits_for_second:
        dossier = held.with_items(_waiting(case, command, work.now))
    elif decision in APPROVALS:
        dossier = await publish(held, case, work, vault)
        await draw([case.item], command.person.name, work, stamps)
    else:
        dossier = SETTLING[decision](held, case.item, command, work.now)
    item = dossier.items[command.visit_id]
    work.note(
        f"visit/{item.visit_id}",
        "approved first" if answer.waits_for_second else decision.value.lower(),
        premises_id=item.premises_id,
        state=item.state,
        **({"crew_list": WORD_GIVEN} if is_author(command.person.name, item.named) else {}),
    )
    await keep(work, held, dossier.saying(news_of(item, work.now)))
    return item


def moved(case: Case, decision: Decision, answer: DecisionAnswer, command: Command, now: datetime) -> Case:
    """Return the case with its visit where the decision takes it; who decided and why, if that is the end."""
    item, state, name = case.item, answer.next_state, command.person.name
    if answer.waits_for_second or decision is Decision.ESCALATE:
        return replace(case, item=item.freed().moved(state, name, now))
    if decision in APPROVALS:
        state = ReviewState.PUBLISHED_AMENDED if item.amendment else ReviewState.PUBLISHED
    else:
        item = replace(item, first_approval=None)
    reason = command.reason or item.reason
    item = replace(
        item.freed(),
        decided_by=name,
        decided_at=now,
        reason=reason,
        fields=command.fields_named,
        comments=dict(command.comments),
    )
    return replace(case, item=item.moved(state, name, now))


def _waiting(case: Case, command: Command, now: datetime) -> Item:
    approval = {
        "by": command.person.name,
        "role": command.role.value,
        "at": now.isoformat(),
        "record_version": case.record.version,
    }
    return replace(case.item, escalated_at=None, reason=command.reason, first_approval=approval)


def _return(dossier: Dossier, item: Item, _command: Command, now: datetime) -> Dossier:
    """Send it back to the crew; what it reported stays shown as unverified, for nobody has disproved it."""
    return shown(dossier.with_items(item), None, now)


def _reject(dossier: Dossier, item: Item, command: Command, now: datetime) -> Dossier:
    return rejected(dossier, item, command.person.name, now)


def _merge(dossier: Dossier, item: Item, command: Command, now: datetime) -> Dossier:
    if command.into is None or command.into == item.visit_id:
        raise _not_mergeable("choose another visit than this one to merge it into")
    target = dossier.items.get(command.into)
    if target is None or target.state not in OPEN:
        raise _not_mergeable("choose a visit to the same premises that is still in the queue")
    return merged(dossier, item, target, command.person.name, now)


def _not_mergeable(words: str) -> Refused:
    return Refused(words, (FieldReason("/into", words),))


def _escalate(dossier: Dossier, item: Item, command: Command, now: datetime) -> Dossier:
    item = replace(item, escalated_at=now, escalated_why=command.reason, first_approval=None)
    return dossier.with_items(item)


SETTLING: dict[Decision, Settling] = {
    Decision.RETURN: _return,
    Decision.REJECT: _reject,
    Decision.MERGE: _merge,
    Decision.ESCALATE: _escalate,
}
