"""The page of all visit plans of a month: a station a line, with what is asked, done and late."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from services.domain.working_time import local_date
from services.risk_register.handlers.plans import PlansCommand, propose_plans, publish_plans
from services.risk_register.pages import pages
from services.risk_register.pages.forms import by, render_form
from services.risk_register.pages.plan_forms import MONTH, PROPOSED, PUBLISHED, Month, check_tick, month_of_path
from services.risk_register.presenters.narrowing import station_words
from services.risk_register.presenters.plans import (
    PATH,
    STATE_WORDS,
    month_code,
    month_words,
    months_around,
    plan_path,
)
from services.risk_register.rules.plans import month_in, month_of
from services.risk_register.rules.rights import DESK, PLAN_READERS
from services.risk_register.views.plans import plans_page
from services.shared.errors import Refused
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.shared.web.forms import Code
from services.shared.web.notices import redirect


def plans_router(tools: Tools) -> APIRouter:
    """Return the page of all visit plans, and what its forms do."""
    router = APIRouter(prefix=PATH, tags=["visit plans"], include_in_schema=False)

    async def show(request: Request, month: str, problem: Refused | None = None) -> Response:
        of_month = month_in(month) or month_of(local_date(tools.clock.now()))
        return render_form(
            request,
            "plans/list.html",
            problem,
            {},
            form="publish-",
            found=await plans_page(tools, of_month),
            states=STATE_WORDS,
            plan_path=plan_path,
            station_words=station_words,
            month_words=month_words,
            month_code=month_code,
            months=months_around(of_month),
        )

    @router.get("")
    async def show_list(
        request: Request, month: Annotated[str, Query(pattern=f"^$|{MONTH}")] = "", person: Person = may(*PLAN_READERS)
    ) -> Response:
        """Show the plans of all stations for a month; an officer in charge comes to that of their own station."""
        if person.has(*DESK):
            return await show(request, month)
        of_month = month_in(month) or month_of(local_date(tools.clock.now()))
        if person.station:
            return redirect(request, plan_path(person.station.upper(), of_month))
        return pages.render(request, "plans/no_station.html")

    @router.post("/{month}/propose")
    async def propose_all(request: Request, month: Month, person: Person = may(*DESK)) -> Response:
        """Make the plans of all stations anew."""
        async with transaction(tools.database, tools.clock, by(person, request)) as work:
            await propose_plans(PlansCommand(month_of_path(month), person), work)
        return redirect(request, f"{PATH}?month={month}", PROPOSED)

    @router.post("/{month}/publish")
    async def publish_all(request: Request, month: Month, sure: Code = "", person: Person = may(*DESK)) -> Response:
        """Publish the plans of all stations."""
        try:
            check_tick(sure)
            async with transaction(tools.database, tools.clock, by(person, request)) as work:
                await publish_plans(PlansCommand(month_of_path(month), person), work)
        except Refused as refused:
            return await show(request, month, refused)
        return redirect(request, f"{PATH}?month={month}", PUBLISHED)

    return router
