"""Tactical plans as the risk team reads them: those whose review is due, and one with all that was done to it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from services.domain.review_dates import DUE_SOON
from services.domain.working_time import local_date
from services.risk_register.rules.tactical_plans import PlanCounts, PlanShow, PlanState, TacticalPlan, plan_state
from services.risk_register.store.records import find_record
from services.risk_register.store.tactical_plans import (
    PlacedPlan,
    count_plans,
    find_plan,
    history_of_plan,
    list_plan_stations,
    list_plans,
)
from services.shared.errors import NotFound
from services.shared.paging import Page
from services.shared.service import Tools


@dataclass(frozen=True)
class PlanLine:
    """One plan of the list, and how pressing its review is."""

    placed: PlacedPlan
    state: PlanState


@dataclass(frozen=True)
class PlanPage:
    """A page of the plans, how many there are, and the stations in whose grounds they are."""

    show: PlanShow
    station: str | None
    page: Page
    lines: tuple[PlanLine, ...]
    counts: PlanCounts
    stations: tuple[str, ...]


@dataclass(frozen=True)
class OnePlan:
    """A plan with the name of its premises and its history, oldest first."""

    plan: TacticalPlan
    called: str
    state: PlanState
    history: list[dict[str, Any]]
    today: date


def days_of(today: date) -> dict[str, date]:
    """Return the days by which plans are told apart."""
    return {"today": today, "soon_by": today + DUE_SOON}


async def plan_page(tools: Tools, show: PlanShow, station: str | None, number: int = 1) -> PlanPage:
    """Return a page of the plans; a page after the last one is the last one."""
    today = local_date(tools.clock.now())
    async with tools.database.reading() as session:
        page, placed = await list_plans(session, show, station, days_of(today), number)
        counts = await count_plans(session, days_of(today))
        stations = await list_plan_stations(session)
    lines = tuple(PlanLine(one, plan_state(one.plan.review_due_on, today)) for one in placed)
    return PlanPage(show, station, page, lines, counts, tuple(stations))


async def one_plan(tools: Tools, premises_id: str) -> OnePlan:
    """Return the plan of a record; raises `NotFound` if it never had one."""
    today = local_date(tools.clock.now())
    async with tools.database.reading() as session:
        plan, record = await find_plan(session, premises_id), await find_record(session, premises_id)
        if plan is None or record is None:
            raise NotFound("this record has no tactical plan")
        history = await history_of_plan(session, premises_id)
    called = record.premises.name or record.premises.address
    return OnePlan(plan, called, plan_state(plan.review_due_on, today), history, today)
