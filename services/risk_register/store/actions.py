"""Where actions are kept: the list of them, those at one premises or on one answer, and each with its history."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.risk_register.rules.actions import Action, ActionHistory, ActionShow, ActionState, OwnerCount
from services.risk_register.rules.news import REGISTER
from services.risk_register.tables.after import KeptAction
from services.shared.history import list_history
from services.shared.paging import PAGE_SIZE, Page, page_of
from services.shared.rows import inserting, keep, updating
from services.shared.transactions import Work

TABLE = "risk_register.actions"
READ = tuple(each.name for each in fields(Action))
COLUMNS = tuple(KeptAction.model_fields)
NAMES = ", ".join(READ)
ADD = inserting(TABLE, columns=COLUMNS)
SAVE = updating(TABLE, COLUMNS, "action_id")
HOLD = text(f"SELECT {NAMES} FROM {TABLE} WHERE action_id = :action_id FOR UPDATE")
FIND = text(f"SELECT {NAMES} FROM {TABLE} WHERE action_id = :action_id")
AT = text(f"""
    SELECT {NAMES} FROM {TABLE} WHERE premises_id = :premises_id AND state = 'OPEN' ORDER BY due_on, action_id
""")
ON = text(f"SELECT {NAMES} FROM {TABLE} WHERE answer_id = :answer_id ORDER BY raised_at, action_id")
SHOWN = {
    ActionShow.OPEN: "state = 'OPEN'",
    ActionShow.OVERDUE: "state = 'OPEN' AND due_on < :today",
    ActionShow.DONE: "state = 'DONE' AND :today IS NOT NULL",
    ActionShow.NOT_NEEDED: "state = 'NOT_NEEDED' AND :today IS NOT NULL",
}
# Open ones: the longest overdue first. Closed ones: the last closed first.
OPEN_ORDER, CLOSED_ORDER = "due_on, action_id", "changed_at DESC, action_id"
OWNER = "(CAST(:owner AS text) IS NULL OR owner_key = :owner)"
LIST = """
    WITH counted AS (SELECT count(*) AS total FROM {table} WHERE {shown} AND {owner})
    SELECT counted.total, listed.* FROM counted LEFT JOIN LATERAL (
        SELECT {names} FROM {table} WHERE {shown} AND {owner} ORDER BY {order} LIMIT :size
        OFFSET least(:offset, greatest(counted.total - 1, 0) / :size * :size)
    ) AS listed ON true ORDER BY {order}
"""
LISTS = {
    show: text(
        LIST.format(
            table=TABLE,
            names=NAMES,
            shown=condition.replace(":today", "CAST(:today AS date)"),
            owner=OWNER,
            order=OPEN_ORDER if "'OPEN'" in condition else CLOSED_ORDER,
        )
    )
    for show, condition in SHOWN.items()
}
COUNT = text(f"""
    SELECT count(*) FILTER (WHERE state = 'OPEN') AS open,
        count(*) FILTER (WHERE state = 'OPEN' AND due_on < :today) AS overdue,
        count(*) FILTER (WHERE state = 'DONE') AS done, count(*) FILTER (WHERE state = 'NOT_NEEDED') AS not_needed
    FROM {TABLE} WHERE {OWNER}
""")
OWNERS = text(f"""
    SELECT owner_key, min(owner) AS owner, count(*) AS total, count(*) FILTER (WHERE due_on < :today) AS overdue
    FROM {TABLE} WHERE state = 'OPEN' GROUP BY owner_key ORDER BY owner_key LIMIT 200
""")


async def add_action(work: Work, action: Action) -> None:
    """Keep a new action."""
    await keep(work, ADD, [_row(action)])


async def save_action(work: Work, action: Action) -> None:
    """Keep an action that was changed; it is held."""
    await keep(work, SAVE, [_row(action)])


async def hold_action(work: Work, action_id: str) -> Action | None:
    """Return an action, nobody else's until the transaction ends; None if there is no such one."""
    row = (await work.execute(HOLD, {"action_id": action_id})).one_or_none()
    return _action(row) if row else None


async def find_action(session: AsyncSession, action_id: str) -> Action | None:
    """Return an action, None if there is no such one."""
    row = (await session.execute(FIND, {"action_id": action_id})).one_or_none()
    return _action(row) if row else None


async def list_actions_at(session: AsyncSession, premises_id: str) -> list[Action]:
    """Return the open actions at one premises, the longest overdue first."""
    return [_action(row) for row in await session.execute(AT, {"premises_id": premises_id})]


async def list_actions_on(session: AsyncSession, answer_id: str) -> list[Action]:
    """Return the actions on one answer after an incident, open or not, in the order in which they were raised."""
    return [_action(row) for row in await session.execute(ON, {"answer_id": answer_id})]


async def list_actions(
    session: AsyncSession, show: ActionShow, owner: str | None, today: date, number: int
) -> tuple[Page, tuple[Action, ...]]:
    """Return a page of actions, of one owner or all; a page after the last one is the last one."""
    wanted = {"today": today, "owner": owner, "size": PAGE_SIZE, "offset": (number - 1) * PAGE_SIZE}
    rows = (await session.execute(LISTS[show], wanted)).all()
    return page_of(number, rows[0].total), tuple(_action(row) for row in rows if row.action_id is not None)


async def count_actions(session: AsyncSession, owner: str | None, today: date) -> Mapping[ActionShow, int]:
    """Return how many actions there are, of one owner or all, by how they are listed."""
    row = (await session.execute(COUNT, {"today": today, "owner": owner})).one()
    return {ActionShow(name.replace("_", "-")): total for name, total in row._mapping.items()}


async def list_owners(session: AsyncSession, today: date) -> list[OwnerCount]:
    """Return who has open actions, and how many, by name."""
    return [OwnerCount(**row._mapping) for row in await session.execute(OWNERS, {"today": today})]


async def history_of_action(session: AsyncSession, action_id: str) -> list[ActionHistory]:
    """Return what was ever done to an action, oldest first."""
    entries = await list_history(session, REGISTER, f"action/{action_id}")
    return [
        ActionHistory(each.action, kept["by"], each.at, kept["why"], kept["owner"], date.fromisoformat(kept["due_on"]))
        for each in entries
        if (kept := each.details)
    ]


def _row(action: Action) -> dict[str, Any]:
    return {name: getattr(action, name) for name in COLUMNS}


def _action(row: Any) -> Action:
    values = {name: getattr(row, name) for name in READ}
    return Action(**{**values, "state": ActionState(row.state)})
