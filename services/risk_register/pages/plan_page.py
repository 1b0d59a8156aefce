"""The page of one station's visit plan for a month: its visits, what is asked, done and late, and publishing it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from services.domain.counting import counted
from services.domain.words import words_for
from services.risk_register.handlers.plans import PlansCommand, propose_plans, publish_plans
from services.risk_register.pages.forms import by, render_form
from services.risk_register.pages.plan_forms import PROPOSED, PUBLISHED, Month, check_tick, month_of_path, watch_in
from services.risk_register.presenters.plans import (
    PATH,
    STATE_WORDS,
    WHY_WORDS,
    month_words,
    months_around,
    plan_path,
    plan_tabs,
    watches_to_choose,
)
from services.risk_register.rules.plans import LineState, PlanWanted, last_day_of
from services.risk_register.rules.rights import DESK, PLAN_READERS
from services.risk_register.views.plans import plan_page
from services.shared.errors import NotFound, Refused
from services.shared.identity import NotAllowed, Person, may
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.shared.web.asked import Id
from services.shared.web.forms import Code
from services.shared.web.notices import redirect


def plan_router(tools: Tools) -> APIRouter:
    """Return the page of one visit plan, and what its forms do."""
    router = APIRouter(prefix=f"{PATH}/{{station}}/{{month}}", tags=["visit plans"], include_in_schema=False)

    async def show(
        request: Request, person: Person, station: str, month: str, wanted: PlanWanted, problem: Refused | None = None
    ) -> Response:
        of_month = month_of_path(month)
        found = await plan_page(tools, person, station.upper(), of_month, wanted)
        plan, is_desk = found.plan, person.has(*DESK)
        return render_form(
            request,
            "plans/plan.html",
            problem,
            {},
            form="publish-",
            found=found,
            plan=plan,
            here=plan_path(plan.station, of_month),
            is_desk=is_desk,
            tabs=plan_tabs(plan.station, of_month, wanted, found.counts),
            watches=watches_to_choose(wanted.watch or "", "All watches"),
            watch_words=words_for,
            states=STATE_WORDS,
            whys=WHY_WORDS,
            month=month_words(of_month),
            months=months_around(of_month),
            month_words=month_words,
            plan_path=plan_path,
            last_day=last_day_of(of_month),
            everything=PlanWanted(),
        )

    @router.get("")
    async def show_plan(
        request: Request,
        station: Id,
        month: Month,
        show_state: Annotated[LineState | None, Query(alias="show")] = None,
        watch: Annotated[str, Query(max_length=10)] = "",
        person: Person = may(*PLAN_READERS),
    ) -> Response:
        """Show the plan of a station for a month."""
        return await show(request, person, station, month, PlanWanted(show_state, watch_in(watch)))

    @router.post("/propose")
    async def propose(request: Request, station: Id, month: Month, person: Person = may(*DESK)) -> Response:
        """Make the plan anew."""
        place, of_month = station.upper(), month_of_path(month)
        async with transaction(tools.database, tools.clock, by(person, request)) as work:
            await propose_plans(PlansCommand(of_month, person, (place,)), work)
        return redirect(request, plan_path(place, of_month), PROPOSED)

    @router.post("/publish")
    async def publish(
        request: Request, station: Id, month: Month, version: Code = "", sure: Code = "", person: Person = may(*DESK)
    ) -> Response:
        """Publish the plan: its crews are asked."""
        place, of_month = station.upper(), month_of_path(month)
        command = PlansCommand(of_month, person, (place,), {place: counted(version) or 0})
        try:
            check_tick(sure)
            async with transaction(tools.database, tools.clock, by(person, request)) as work:
                await publish_plans(command, work)
        except (NotFound, NotAllowed):
            raise
        except Refused as refused:
            return await show(request, person, place, month, PlanWanted(), refused)
        return redirect(request, plan_path(place, of_month), PUBLISHED)

    return router
