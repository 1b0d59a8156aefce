"""Visit plans and the map of oversight, as other programmes read and change them."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import Field

from schemas.visit_parts import NO_NUL, Line, Part, Text
from schemas.vocabulary import Watch
from services.risk_register.api.register import by
from services.risk_register.handlers.plan_changes import (
    AdjustCommand,
    CapacityCommand,
    TakeBackCommand,
    adjust_plan,
    set_capacity,
    take_back,
)
from services.risk_register.handlers.plans import PlansCommand, propose_plans, publish_plans
from services.risk_register.presenters.narrowing import station_wanted
from services.risk_register.rules.capacities import Capacities
from services.risk_register.rules.plan_changes import Wish
from services.risk_register.rules.plans import LineState, Plan, PlanChange, PlanWanted, month_in
from services.risk_register.rules.pressing import Pressing, PressingWanted
from services.risk_register.rules.rights import CAPACITY_SETTERS, DESK, PLAN_READERS
from services.risk_register.views.plans import PlanRow, capacities_page, plan_page, plans_page
from services.risk_register.views.pressing import pressing_page
from services.shared.errors import NotFound
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.shared.web.asked import Id

MONTH = r"^20\d\d-(0[1-9]|1[0-2])$"
Month = Annotated[str, Path(min_length=7, max_length=7, pattern=MONTH)]
Level = Annotated[int | None, Query(ge=0, le=5)]
Asked = Annotated[str, Query(max_length=64, pattern=NO_NUL)]


class PublishBody(Part):
    """On which version of the plan this was decided."""

    version: int = Field(ge=1)


class AdjustBody(Part):
    """What is changed at which premises of a plan, and why: `watch` to move or add it, `until` to put it off."""

    premises_id: Line
    change: PlanChange
    reason: Text
    watch: Watch | None = None
    until: date | None = None


class CapacityBody(Part):
    """How many visits each watch of a station can make in a month; no station: of all without numbers of their own.

    No numbers: the station goes by those of all others.
    """

    station: str = Field(default="", max_length=8)
    visits: dict[Watch, int] = Field(default_factory=dict)
    instead_of: int = Field(ge=0)
    reason: Text


def row_answer(row: PlanRow) -> dict[str, Any]:
    """Return a line of a plan as it is told."""
    line = row.line
    where = {"name": line.premises.name, "address": line.premises.address, "postcode": line.premises.postcode}
    kept = {name: value for name, value in vars(line).items() if name not in ("premises", "has_open_ask")}
    return {**kept, "premises": where, "state": row.state}


def plan_answer(plan: Plan) -> dict[str, Any]:
    """Return a plan without its lines, as it is told."""
    kept = {name: value for name, value in vars(plan).items() if name not in ("lines", "adjustments")}
    return {**kept, "visits": sum(line.is_in for line in plan.lines)}


def capacities_answer(present: Capacities) -> dict[str, Any]:
    """Return the numbers of visits as they are told."""
    return {"version": present.version, "visits": present.stations, "set_by": present.set_by, "set_at": present.set_at}


def plans_api(tools: Tools) -> APIRouter:
    """Return the routes of visit plans that read."""
    router = APIRouter(prefix="/api/v1/risk-register", tags=["risk register"])

    @router.get("/map")
    async def read_map(
        show: Pressing | None = None,
        level: Level = None,
        station: Asked = "",
        planned: bool = False,
        person: Person = may(*DESK),
    ) -> dict[str, Any]:
        """Return the first 500 premises that must be visited, the gravest first, and how many there are."""
        found = await pressing_page(tools, PressingWanted(show, level, station_wanted(station), planned))
        lines = [asdict(line) for line in found.lines]
        return {"premises": lines, "total": found.total, "counts": found.counts, "says": found.says}

    @router.get("/plans/capacity")
    async def read_capacity(person: Person = may(*DESK)) -> dict[str, Any]:
        """Return how many visits each watch can make in a month, by station; the empty one is all others."""
        (present, *_), _ = await capacities_page(tools)
        return capacities_answer(present)

    @router.get("/plans")
    async def read_plans(month: Annotated[str, Query(pattern=MONTH)], person: Person = may(*DESK)) -> dict[str, Any]:
        """Return the plans of all stations for a month, with how many visits stand where."""
        found = await plans_page(tools, month_of(month))
        plans = [{**plan_answer(one.plan), "visits": one.in_it, "counts": one.counts} for one in found.stations]
        return {"plans": plans, "counts": found.counts, "total": len(plans)}

    @router.get("/plans/{station}/{month}")
    async def read_plan(
        station: Id,
        month: Month,
        show: LineState | None = None,
        watch: Watch | None = None,
        person: Person = may(*PLAN_READERS),
    ) -> dict[str, Any]:
        """Return the plan of a station for a month, the gravest first; an officer in charge reads that of their own."""
        found = await plan_page(tools, person, station.upper(), month_of(month), PlanWanted(show, watch))
        changes = [asdict(each) for each in found.plan.adjustments]
        visits = [row_answer(row) for row in found.rows]
        about = {"counts": found.counts, "by_watch": found.by_watch, "capacity": found.capacity, "total": found.total}
        return {**plan_answer(found.plan), "lines": visits, "adjustments": changes, **about}

    return router


def plan_changes_api(tools: Tools) -> APIRouter:
    """Return the routes of visit plans that change something."""
    router = APIRouter(prefix="/api/v1/risk-register/plans", tags=["risk register"])

    @router.post("/capacity")
    async def set_numbers(
        request: Request, body: CapacityBody, person: Person = may(*CAPACITY_SETTERS)
    ) -> dict[str, Any]:
        """Set how many visits the watches of a station can make in a month, with a reason."""
        typed = {watch: str(number) for watch, number in body.visits.items()}
        command = CapacityCommand(body.station, typed, body.instead_of, person, body.reason)
        async with transaction(tools.database, tools.clock, by(person, request)) as work:
            return capacities_answer(await set_capacity(command, work))

    @router.post("/{station}/{month}/propose")
    async def propose(request: Request, station: Id, month: Month, person: Person = may(*DESK)) -> dict[str, Any]:
        """Make a plan anew; what somebody changed, what is asked of crews and what is done stays."""
        command = PlansCommand(month_of(month), person, (station.upper(),))
        async with transaction(tools.database, tools.clock, by(person, request)) as work:
            (plan,) = await propose_plans(command, work)
        return plan_answer(plan)

    @router.post("/{station}/{month}/publish")
    async def publish(
        request: Request, station: Id, month: Month, body: PublishBody, person: Person = may(*DESK)
    ) -> dict[str, Any]:
        """Ask the crews of a station for the visits of its plan; 409 if somebody changed it since."""
        place = station.upper()
        command = PlansCommand(month_of(month), person, (place,), {place: body.version})
        async with transaction(tools.database, tools.clock, by(person, request)) as work:
            (plan,) = await publish_plans(command, work)
        return plan_answer(plan)

    @router.post("/{station}/{month}/adjustments", status_code=201)
    async def adjust(
        request: Request, station: Id, month: Month, body: AdjustBody, person: Person = may(*PLAN_READERS)
    ) -> dict[str, Any]:
        """Move a visit to another watch, put it off, add it or take it out, with a reason.

        An officer in charge may move the visits of their own station.
        """
        wish = Wish(body.change, body.reason, body.watch, body.until)
        command = AdjustCommand(station.upper(), month_of(month), body.premises_id, person, wish)
        async with transaction(tools.database, tools.clock, by(person, request)) as work:
            plan = await adjust_plan(command, work)
        return asdict(plan.adjustments[-1])

    @router.post("/{station}/{month}/adjustments/{adjustment_id}/take-back")
    async def take_change_back(
        request: Request, station: Id, month: Month, adjustment_id: Id, person: Person = may(*PLAN_READERS)
    ) -> dict[str, Any]:
        """Take the newest change at a premises back; 409 if it was, or if something was changed there since."""
        command = TakeBackCommand(station.upper(), month_of(month), adjustment_id, person)
        async with transaction(tools.database, tools.clock, by(person, request)) as work:
            return plan_answer(await take_back(command, work))

    return router


def month_of(written: str) -> date:
    """Return the month that stands in an address; raises `NotFound` where it is none."""
    found = month_in(written)
    if found is None:
        raise NotFound("there is no such month")
    return found
