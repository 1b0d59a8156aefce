"""Actions on what was found: each has an owner and a day, and stays until it is done or no longer needed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.domain.working_time import date_words
from services.risk_register.rules.debriefs import DebriefAnswer, reasons_of_length
from services.shared.errors import FieldReason

LATEST = timedelta(days=366)
SHORTEST_WHAT, LONGEST_WHAT = 5, 200
SHORTEST_OWNER, LONGEST_OWNER = 2, 80


class ActionState(StrEnum):
    """Where an action stands."""

    OPEN = "OPEN"
    DONE = "DONE"
    NOT_NEEDED = "NOT_NEEDED"


class ActionChange(StrEnum):
    """What may become of an action."""

    ALTER = "ALTER"
    COMPLETE = "COMPLETE"
    DROP = "DROP"
    REOPEN = "REOPEN"


class ActionShow(StrEnum):
    """Which actions are listed."""

    OPEN = "open"
    OVERDUE = "overdue"
    DONE = "done"
    NOT_NEEDED = "not-needed"


TRANSITIONS: Mapping[ActionState, Mapping[ActionChange, ActionState]] = {
    ActionState.OPEN: {
        ActionChange.ALTER: ActionState.OPEN,
        ActionChange.COMPLETE: ActionState.DONE,
        ActionChange.DROP: ActionState.NOT_NEEDED,
    },
    ActionState.DONE: {ActionChange.REOPEN: ActionState.OPEN},
    ActionState.NOT_NEEDED: {ActionChange.REOPEN: ActionState.OPEN},
}
SAY = {
    ActionChange.ALTER: "say why it is changed",
    ActionChange.COMPLETE: "say what was done",
    ActionChange.DROP: "say why it is no longer needed",
    ActionChange.REOPEN: "say why it is opened again",
}


@dataclass(frozen=True)
class Action:
    """What somebody must do about a premises, by when; `answer_id` is the answer after an incident that it is on."""

    action_id: str
    premises_id: str
    called: str
    what: str
    owner: str
    due_on: date
    raised_by: str
    raised_at: datetime
    changed_by: str
    changed_at: datetime
    state: ActionState = ActionState.OPEN
    version: int = 1
    answer_id: str | None = None
    incident_no: str | None = None
    reason: str | None = None

    @property
    def owner_key(self) -> str:
        """Return the owner as owners are compared."""
        return owner_key_of(self.owner)

    def moved(self, change: ActionChange, reason: str, by: str, at: datetime) -> "Action":
        """Return it in the state that a change leads to."""
        if not may_change_action(self.state, change):
            raise ValueError(f"an action that is {self.state} cannot {change}")
        after = replace(self, state=TRANSITIONS[self.state][change], reason=reason)
        return replace(after, version=self.version + 1, changed_by=by, changed_at=at)


@dataclass(frozen=True)
class ActionWanted:
    """An action as somebody wants it: what, who sees to it, and by when."""

    what: str
    owner: str
    due_on: date | None


@dataclass(frozen=True)
class ActionHistory:
    """What was once done to an action: by whom, when, why, and who saw to it by when from then on."""

    action: str
    by: str
    at: datetime
    why: str
    owner: str
    due_on: date


@dataclass(frozen=True)
class OwnerCount:
    """How many open actions somebody has, and how many of them are overdue."""

    owner_key: str
    owner: str
    total: int
    overdue: int


def owner_key_of(owner: str) -> str:
    """Return an owner so that two spellings in other case or spacing are one.

    Policy: docs/domain/4.4.md, actions.
    """
    return " ".join(owner.casefold().split())


def may_change_action(state: ActionState, change: ActionChange) -> bool:
    """Return whether an action in one state may be changed so.

    Policy: docs/domain/4.4.md, actions.
    """
    return change in TRANSITIONS[state]


def is_overdue(action: Action, today: date) -> bool:
    """Return whether an action should have been done: from the day after its day.

    Policy: docs/domain/4.4.md, actions.
    """
    return action.state is ActionState.OPEN and action.due_on < today


def reasons_to_refuse_action(wanted: ActionWanted, today: date) -> tuple[FieldReason, ...]:
    """Return why an action cannot stand like this, each with how to mend it.

    Policy: docs/domain/4.4.md: an action has an owner and a day.
    """
    found = []
    if not SHORTEST_WHAT <= len(wanted.what.strip()) <= LONGEST_WHAT:
        words = f"say what is to be done, in {SHORTEST_WHAT} to {LONGEST_WHAT} characters"
        found.append(FieldReason("/what", words))
    if not SHORTEST_OWNER <= len(wanted.owner.strip()) <= LONGEST_OWNER:
        words = f"name the person, role or team that does it, in {SHORTEST_OWNER} to {LONGEST_OWNER} characters"
        found.append(FieldReason("/owner", words))
    if wanted.due_on is None or not today <= wanted.due_on <= today + LATEST:
        words = f"give a day from {date_words(today)} to {date_words(today + LATEST)}"
        found.append(FieldReason("/due_on", words))
    return tuple(found)


def reasons_to_refuse_change(change: ActionChange, reason: str) -> tuple[FieldReason, ...]:
    """Return why an action cannot be changed so, each with how to mend it.

    Policy: docs/domain/4.4.md: each change is kept with who, when and why.
    """
    return reasons_of_length(reason, SAY[change])


def raised(
    action_id: str, place: tuple[str, str], wanted: ActionWanted, on: DebriefAnswer | None, by: str, at: datetime
) -> Action:
    """Return an action that nothing speaks against, at a premises (its number and name); `LookupError` without a day.

    Policy: docs/domain/4.4.md, actions.
    """
    if wanted.due_on is None:
        raise LookupError("an action has a day")
    return Action(
        action_id=action_id,
        premises_id=place[0],
        called=place[1],
        what=wanted.what.strip(),
        owner=" ".join(wanted.owner.split()),
        due_on=wanted.due_on,
        raised_by=by,
        raised_at=at,
        changed_by=by,
        changed_at=at,
        answer_id=on.answer_id if on else None,
        incident_no=on.incident_no if on else None,
    )


def altered(action: Action, wanted: ActionWanted, reason: str, by: str, at: datetime) -> Action:
    """Return an action with another task, owner or day; raises `LookupError` without a day.

    Policy: docs/domain/4.4.md, actions.
    """
    if wanted.due_on is None:
        raise LookupError("an action has a day")
    after = action.moved(ActionChange.ALTER, reason, by, at)
    return replace(after, what=wanted.what.strip(), owner=" ".join(wanted.owner.split()), due_on=wanted.due_on)
