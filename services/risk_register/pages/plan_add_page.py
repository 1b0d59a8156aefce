"""The page that adds premises to a visit plan by hand."""

from fastapi import APIRouter, Request, Response

from services.risk_register.handlers.plan_changes import AdjustCommand, adjust_plan
from services.risk_register.pages.forms import by, render_form
from services.risk_register.pages.plan_forms import Month, month_of_path, watch_in
from services.risk_register.pages.plan_line_page import CHANGED, CHOOSE
from services.risk_register.pages.temporary_list import Number
from services.risk_register.presenters.plans import PATH, month_words, plan_path, watches_to_choose
from services.risk_register.rules.plan_changes import Wish
from services.risk_register.rules.plans import PlanChange, PlanWanted
from services.risk_register.rules.rights import DESK
from services.risk_register.views.plans import plan_page
from services.shared.errors import NotFound, Refused
from services.shared.identity import NotAllowed, Person, may
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.shared.web.asked import Id
from services.shared.web.forms import Code, Typed
from services.shared.web.notices import redirect


def plan_add_router(tools: Tools) -> APIRouter:
    """Return the page that adds premises to a plan, and what its form does."""
    router = APIRouter(prefix=f"{PATH}/{{station}}/{{month}}/add", tags=["visit plans"], include_in_schema=False)

    async def show_add(
        request: Request, person: Person, at: tuple[str, str], typed: dict[str, str], problem: Refused | None = None
    ) -> Response:
        found = await plan_page(tools, person, at[0].upper(), month_of_path(at[1]), PlanWanted())
        month, here = month_words(found.plan.month), plan_path(found.plan.station, found.plan.month)
        watches = watches_to_choose(typed.get("watch", ""), CHOOSE)
        page = "plans/add.html"
        return render_form(request, page, problem, typed, found=found, watches=watches, month=month, here=here)

    @router.get("")
    async def show_adding(
        request: Request, station: Id, month: Month, premises_id: Number = "", person: Person = may(*DESK)
    ) -> Response:
        """Show the form that adds premises to a plan."""
        return await show_add(request, person, (station, month), {"premises_id": premises_id})

    @router.post("")
    async def add(
        request: Request,
        station: Id,
        month: Month,
        premises_id: Code = "",
        watch: Code = "",
        reason: Typed = "",
        person: Person = may(*DESK),
    ) -> Response:
        """Add premises to a plan."""
        wish = Wish(PlanChange.ADD, reason, watch_in(watch))
        command = AdjustCommand(station.upper(), month_of_path(month), premises_id.strip(), person, wish)
        try:
            async with transaction(tools.database, tools.clock, by(person, request)) as work:
                await adjust_plan(command, work)
        except (NotFound, NotAllowed):
            raise
        except Refused as refused:
            typed = {"premises_id": premises_id, "watch": watch, "reason": reason}
            return await show_add(request, person, (station, month), typed, refused)
        return redirect(request, plan_path(station.upper(), month_of_path(month)), CHANGED[PlanChange.ADD])

    return router
