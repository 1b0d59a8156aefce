"""Actions with an owner and a day: raised, changed, done or no longer needed; each step is kept with who and why."""

from dataclasses import dataclass

from services.domain.working_time import local_date
from services.risk_register.rules.actions import (
    Action,
    ActionChange,
    ActionWanted,
    altered,
    may_change_action,
    raised,
    reasons_to_refuse_action,
    reasons_to_refuse_change,
)
from services.risk_register.store.actions import add_action, hold_action, save_action
from services.risk_register.store.debriefs import find_answer
from services.risk_register.store.known_premises import find_known
from services.risk_register.store.records import find_record
from services.shared.errors import Conflict, FieldReason, NotFound, Refused
from services.shared.identifiers import new_id
from services.shared.identity import Person
from services.shared.transactions import Work
from services.shared.web.words import full_time

NO_PREMISES = "there is no premises of this number: its number stands under its name in control"
DONE_WORDS = {
    ActionChange.ALTER: "changed",
    ActionChange.COMPLETE: "done",
    ActionChange.DROP: "no longer needed",
    ActionChange.REOPEN: "opened again",
}


@dataclass(frozen=True)
class RaiseAction:
    """Who raises which action, on an answer after an incident or by hand at a premises."""

    person: Person
    wanted: ActionWanted
    premises_id: str = ""
    answer_id: str = ""


@dataclass(frozen=True)
class ChangeAction:
    """Who changes an action as it was in which version, how, and why; `wanted` where what it says is changed."""

    action_id: str
    version: int
    person: Person
    change: ActionChange
    reason: str
    wanted: ActionWanted | None = None


async def raise_action(command: RaiseAction, work: Work) -> Action:
    """Raise an action; raises with everything that is wrong."""
    on = await find_answer(work, command.answer_id) if command.answer_id else None
    if command.answer_id and on is None:
        raise NotFound("there is no such answer after an incident")
    place = (on.premises_id, on.called) if on else await _place(work, command.premises_id)
    unknown = () if place else (FieldReason("/premises_id", NO_PREMISES),)
    found = (*unknown, *reasons_to_refuse_action(command.wanted, local_date(work.now)))
    if found or place is None:
        raise Refused("; ".join(one.reason for one in found), found)
    action = raised(str(new_id(work.now)), place, command.wanted, on, command.person.name, work.now)
    await add_action(work, action)
    _note(action, "raised", action.what, work)
    return action


async def change_action(command: ChangeAction, work: Work) -> Action:
    """Change what an action says, close it, or open it again."""
    action = await hold_action(work, command.action_id)
    if action is None:
        raise NotFound("there is no such action")
    if action.version != command.version or not may_change_action(action.state, command.change):
        raise Conflict(f"{action.changed_by} changed it at {full_time(action.changed_at)}: look at it again")
    found = reasons_to_refuse_change(command.change, command.reason)
    if command.wanted:
        found = (*reasons_to_refuse_action(command.wanted, local_date(work.now)), *found)
    if found:
        raise Refused("; ".join(one.reason for one in found), found)
    reason, by = command.reason.strip(), command.person.name
    if command.wanted:
        after = altered(action, command.wanted, reason, by, work.now)
    else:
        after = action.moved(command.change, reason, by, work.now)
    await save_action(work, after)
    _note(after, DONE_WORDS[command.change], reason, work)
    return after


async def _place(work: Work, premises_id: str) -> tuple[str, str] | None:
    record, known = await find_record(work, premises_id), await find_known(work, premises_id)
    premises = record.premises if record else known[0] if known else None
    if premises is None:
        return None
    parts = (premises.name, premises.address.removeprefix(f"{premises.name}, "), premises.postcode)
    return premises.premises_id, ", ".join(part for part in parts if part)


def _note(action: Action, done: str, why: str, work: Work) -> None:
    work.note(
        f"action/{action.action_id}",
        done,
        premises_id=action.premises_id,
        by=action.changed_by,
        why=why,
        owner=action.owner,
        due_on=action.due_on.isoformat(),
    )
