"""Where tactical plans are kept: those of the buildings in hand, the list of what is due, and each with its history."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.risk_register.rules.news import REGISTER
from services.risk_register.rules.tactical_plans import (
    PlanCounts,
    PlanShow,
    TacticalPlan,
    proposal_as_kept,
    proposal_to_keep,
)
from services.shared.history import list_history
from services.shared.paging import PAGE_SIZE, Page, page_of
from services.shared.rows import inserting, keep, replacing
from services.shared.transactions import Work

TABLE = "risk_register.tactical_plans"
COLUMNS = tuple(each.name for each in fields(TacticalPlan))
NAMES = ", ".join(f"kept.{name}" for name in COLUMNS)
OTHERS = tuple(name for name in COLUMNS if name != "premises_id")
SAVE = inserting(TABLE, f"ORDER BY premises_id ON CONFLICT (premises_id) DO UPDATE SET {replacing(OTHERS)}", COLUMNS)
HOLD = text(f"SELECT {NAMES} FROM {TABLE} AS kept WHERE premises_id = ANY(:ids) ORDER BY premises_id FOR UPDATE")
FIND = text(f"SELECT {NAMES} FROM {TABLE} AS kept WHERE premises_id = :premises_id")
SHOWN = {
    PlanShow.DUE: "kept.review_due_on <= CAST(:soon_by AS date)",
    PlanShow.WAITING: "proposal IS NOT NULL",
    PlanShow.ALL: "true",
}
STATION = "(CAST(:station AS text) IS NULL OR dates.station = :station)"
PLACED = "dates.name, dates.address, dates.postcode, dates.station"
# The longest overdue first, of those due on one day the gravest. A page after the last one is the last one.
LIST = """
    WITH wanted AS NOT MATERIALIZED (
        SELECT {names}, {placed} FROM {table} AS kept JOIN risk_register.review_dates AS dates USING (premises_id)
        WHERE is_held AND {shown} AND {station}
    ), counted AS (SELECT count(*) AS total FROM wanted)
    SELECT counted.total, listed.* FROM counted LEFT JOIN LATERAL (
        SELECT * FROM wanted ORDER BY review_due_on, base_level DESC NULLS FIRST, premises_id LIMIT :size
        OFFSET least(:offset, greatest(counted.total - 1, 0) / :size * :size)
    ) AS listed ON true ORDER BY review_due_on, base_level DESC NULLS FIRST, premises_id
"""
LISTS = {
    show: text(LIST.format(names=NAMES, placed=PLACED, table=TABLE, shown=shown, station=STATION))
    for show, shown in SHOWN.items()
}
COUNT = text(f"""
    SELECT count(*) FILTER (WHERE review_due_on < :today) AS overdue,
        count(*) FILTER (WHERE review_due_on <= :soon_by) AS due, count(proposal) AS waiting, count(*) AS total
    FROM {TABLE} AS kept WHERE is_held
""")
STATIONS = text(f"""
    SELECT DISTINCT dates.station FROM {TABLE} AS kept JOIN risk_register.review_dates AS dates USING (premises_id)
    WHERE is_held ORDER BY dates.station
""")


@dataclass(frozen=True)
class PlacedPlan:
    """A tactical plan and the premises that it is of."""

    plan: TacticalPlan
    name: str
    address: str
    postcode: str
    station: str


async def hold_plans(work: Work, premises_ids: Collection[str]) -> dict[str, TacticalPlan]:
    """Return the plans of some buildings, nobody else's until the transaction ends."""
    rows = await work.execute(HOLD, {"ids": list(premises_ids)})
    return {row.premises_id: _plan(row) for row in rows}


async def save_plans(work: Work, pairs: Sequence[tuple[TacticalPlan | None, TacticalPlan]]) -> None:
    """Keep plans, new ones and changed ones, and note whose words are new; each with how it was before."""
    await keep(work, SAVE, [_row(now) for _, now in pairs])
    for was, now in pairs:
        if was is None or dict(was.words) != dict(now.words):
            note_plan(work, now.premises_id, "written", now.author, f"approved by {now.approved_by}")


def note_plan(work: Work, premises_id: str, done: str, by: str, why: str) -> None:
    """Keep in the history what was done to a plan, by whom and why."""
    work.note(f"plan/{premises_id}", done, by=by, why=why)


async def find_plan(session: AsyncSession, premises_id: str) -> TacticalPlan | None:
    """Return the plan of a record, None if it never had one."""
    row = (await session.execute(FIND, {"premises_id": premises_id})).one_or_none()
    return _plan(row) if row else None


async def list_plans(
    session: AsyncSession, show: PlanShow, station: str | None, days: Mapping[str, date], number: int
) -> tuple[Page, tuple[PlacedPlan, ...]]:
    """Return a page of plans; `days` are `today` and `soon_by`. A page after the last one is the last one."""
    wanted = {**days, "station": station, "size": PAGE_SIZE, "offset": (number - 1) * PAGE_SIZE}
    rows = (await session.execute(LISTS[show], wanted)).all()
    placed = tuple(_placed(row) for row in rows if row.premises_id is not None)
    return page_of(number, rows[0].total), placed


async def count_plans(session: AsyncSession, days: Mapping[str, date]) -> PlanCounts:
    """Return how many plans there are; `days` are `today` and `soon_by`."""
    return PlanCounts(**(await session.execute(COUNT, days)).one()._mapping)


async def list_plan_stations(session: AsyncSession) -> list[str]:
    """Return the stations in whose grounds there are plans; empty for none's."""
    return [*(await session.execute(STATIONS)).scalars()]


async def history_of_plan(session: AsyncSession, premises_id: str) -> list[dict[str, Any]]:
    """Return what was ever done to a plan, oldest first."""
    entries = await list_history(session, REGISTER, f"plan/{premises_id}")
    return [{"action": one.action, "at": one.at, "by": one.details["by"], "why": one.details["why"]} for one in entries]


def _row(plan: TacticalPlan) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in COLUMNS} | {"proposal": proposal_to_keep(plan.proposal)}


def _plan(row: Any) -> TacticalPlan:
    values = {name: getattr(row, name) for name in COLUMNS}
    return TacticalPlan(**{**values, "proposal": proposal_as_kept(row.proposal)})


def _placed(row: Any) -> PlacedPlan:
    return PlacedPlan(_plan(row), row.name, row.address, row.postcode, row.station)
