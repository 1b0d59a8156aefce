"""Actions as the risk team reads them: the list to work through, and one with all that was done to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.domain.working_time import local_date
from services.risk_register.rules.actions import Action, ActionHistory, ActionShow, OwnerCount, owner_key_of
from services.risk_register.store.actions import (
    count_actions,
    find_action,
    history_of_action,
    list_actions,
    list_owners,
)
from services.shared.errors import NotFound
from services.shared.paging import Page
from services.shared.service import Tools


@dataclass(frozen=True)
class ActionPage:
    """A page of actions, of one owner or all, how many there are, and who has open ones."""

    show: ActionShow
    owner: str | None
    page: Page
    actions: tuple[Action, ...]
    counts: Mapping[ActionShow, int]
    owners: tuple[OwnerCount, ...]
    today: date


@dataclass(frozen=True)
class OneAction:
    """An action and its history, oldest first."""

    action: Action
    history: tuple[ActionHistory, ...]
    today: date


async def action_page(tools: Tools, show: ActionShow, owner: str, number: int = 1) -> ActionPage:
    """Return a page of actions; an empty owner is everybody, a page after the last one is the last one."""
    today, key = local_date(tools.clock.now()), owner_key_of(owner) or None
    async with tools.database.reading() as session:
        page, actions = await list_actions(session, show, key, today, number)
        counts = await count_actions(session, key, today)
        owners = await list_owners(session, today)
    return ActionPage(show, key, page, actions, counts, tuple(owners), today)


async def one_action(tools: Tools, action_id: str) -> OneAction:
    """Return an action, open or not; raises `NotFound` if there is no such one."""
    async with tools.database.reading() as session:
        action = await find_action(session, action_id)
        if action is None:
            raise NotFound("there is no such action")
        history = await history_of_action(session, action_id)
    return OneAction(action, tuple(history), local_date(tools.clock.now()))
