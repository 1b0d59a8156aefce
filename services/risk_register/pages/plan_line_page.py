"""The pages of one line of a visit plan: move it, put it off, take it out, and take a change back."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from services.domain.words import words_for
from services.risk_register.handlers.plan_changes import AdjustCommand, TakeBackCommand, adjust_plan, take_back
from services.risk_register.pages.forms import by, render_form
from services.risk_register.pages.plan_forms import Month, month_of_path, watch_in
from services.risk_register.presenters.plans import (
    PATH,
    STATE_WORDS,
    WHY_WORDS,
    adjustment_lines,
    adjustment_words,
    month_words,
    plan_path,
    watches_to_choose,
)
from services.risk_register.rules.plan_changes import Planner, Wish, may_change
from services.risk_register.rules.plans import PlanChange, last_day_of
from services.risk_register.rules.rights import PLAN_READERS
from services.risk_register.views.plans import plan_line_page
from services.shared.errors import NotFound, Refused
from services.shared.identity import NotAllowed, Person, may
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.shared.web.asked import Id
from services.shared.web.forms import Code, Typed, day_in
from services.shared.web.notices import redirect

CHANGED = {
    PlanChange.MOVE: "Moved to the other watch.",
    PlanChange.PUT_OFF: "Put off: nobody is asked to go there before that day.",
    PlanChange.ADD: "Added to the plan.",
    PlanChange.TAKE_OUT: "Taken out of the plan.",
}
TAKEN_BACK = "Taken back: the plan is as it was before that change."
CHOOSE = "Choose a watch"


def plan_line_router(tools: Tools) -> APIRouter:
    """Return the pages of single lines of visit plans, and what their forms do."""
    router = APIRouter(prefix=f"{PATH}/{{station}}/{{month}}", tags=["visit plans"], include_in_schema=False)

    async def show(
        request: Request,
        person: Person,
        at: tuple[str, str, str],
        change: PlanChange | None = None,
        typed: dict[str, str] | None = None,
        problem: Refused | None = None,
    ) -> Response:
        found = await plan_line_page(tools, person, at[0].upper(), month_of_path(at[1]), at[2])
        plan, typed, planner = found.plan, typed or {}, Planner(person.roles, person.station)
        return render_form(
            request,
            "plans/line.html",
            problem,
            typed,
            form=f"{change.value}-" if change else "",
            found=found,
            plan=plan,
            line=found.row.line,
            state=STATE_WORDS[found.row.state],
            why=WHY_WORDS[found.row.line.why],
            here=plan_path(plan.station, plan.month),
            month=month_words(plan.month),
            last_day=last_day_of(plan.month),
            watch_words=words_for,
            watches=watches_to_choose(typed.get("watch", ""), CHOOSE),
            changes={each.value for each in PlanChange if may_change(planner, plan.station, each)},
            may_take_back=found.newest and may_change(planner, plan.station, found.newest.change),
            newest_words=adjustment_words(found.newest) if found.newest else "",
            history=adjustment_lines(found.adjustments),
        )

    @router.get("/{premises_id}")
    async def show_line(
        request: Request, station: Id, month: Month, premises_id: Id, person: Person = may(*PLAN_READERS)
    ) -> Response:
        """Show one line of a plan, and what can be done to it."""
        return await show(request, person, (station, month, premises_id))

    @router.post("/{premises_id}/change")
    async def change_line(
        request: Request,
        station: Id,
        month: Month,
        premises_id: Id,
        change: Annotated[PlanChange, Query()],
        watch: Code = "",
        until: Code = "",
        reason: Typed = "",
        person: Person = may(*PLAN_READERS),
    ) -> Response:
        """Move a visit, put it off, take it out, or add it again."""
        at = (station, month, premises_id)
        wish = Wish(change, reason, watch_in(watch), day_in(until))
        try:
            async with transaction(tools.database, tools.clock, by(person, request)) as work:
                await adjust_plan(AdjustCommand(station.upper(), month_of_path(month), premises_id, person, wish), work)
        except (NotFound, NotAllowed):
            raise
        except Refused as refused:
            typed = {"watch": watch, "until": until, "reason": reason}
            return await show(request, person, at, change, typed, refused)
        return redirect(request, f"{plan_path(station.upper(), month_of_path(month))}/{premises_id}", CHANGED[change])

    @router.post("/{premises_id}/take-back/{adjustment_id}")
    async def take_change_back(
        request: Request,
        station: Id,
        month: Month,
        premises_id: Id,
        adjustment_id: Id,
        person: Person = may(*PLAN_READERS),
    ) -> Response:
        """Take the newest change there back."""
        command = TakeBackCommand(station.upper(), month_of_path(month), adjustment_id, person)
        async with transaction(tools.database, tools.clock, by(person, request)) as work:
            plan = await take_back(command, work)
        line = plan.line(premises_id)
        left = line is not None and (line.is_in or line.is_adjusted)
        return redirect(request, plan_path(plan.station, plan.month) + (f"/{premises_id}" if left else ""), TAKEN_BACK)

    return router
