"""The pages of tactical plans: those whose review is due, and one with the forms by which it is reviewed."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from schemas.visit_parts import NO_NUL
from services.domain.counting import counted
from services.risk_register.handlers.tactical_plans import (
    ReviewPlan,
    SettlePlan,
    approve_plan,
    review_plan,
    turn_down_plan,
)
from services.risk_register.pages import pages
from services.risk_register.pages.forms import by, render_form
from services.risk_register.presenters import tactical_plans as words
from services.risk_register.presenters.narrowing import page_link, station_wanted, station_words, stations_to_choose
from services.risk_register.presenters.tactical_plans import PATH
from services.risk_register.rules.rights import DESK
from services.risk_register.rules.tactical_plans import PLAN_FIELDS, PlanDecision, PlanShow, PlanWanted, needs_second
from services.risk_register.views.tactical_plans import one_plan, plan_page
from services.shared.errors import NotFound, Refused
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.shared.web.asked import Id
from services.shared.web.forms import Code, Typed
from services.shared.web.notices import redirect
from services.shared.web.paging import PageNumber

WAITS = "Kept: it holds when a second person has approved it."
REVIEWED = "Reviewed: the plan stays, and control and crews see its new dates."
APPROVED = "Approved: control and crews see it."
TURNED_DOWN = "Turned down: the plan stays as it was."
StationAsked = Annotated[str, Query(max_length=64, pattern=NO_NUL)]


def tactical_plans_router(tools: Tools) -> APIRouter:
    """Return the pages of tactical plans."""
    router = APIRouter(prefix=PATH, tags=["oversight"], include_in_schema=False)

    async def show_one(
        request: Request,
        premises_id: str,
        form: str = "",
        typed: dict[str, str] | None = None,
        why: Refused | None = None,
    ) -> Response:
        found = await one_plan(tools, premises_id)
        plan = found.plan
        return render_form(
            request,
            "debriefs/tactical_plan.html",
            why,
            typed or {},
            form=form,
            usual={f"changed-{name}": said for name, said in plan.words.items()},
            found=found,
            plan=plan,
            lines=words.plan_lines(plan.words),
            proposed=words.plan_lines(plan.proposal.words) if plan.proposal else [],
            state=words.STATE_WORDS[found.state],
            decisions=words.DECISION_WORDS,
            second=needs_second(plan, PlanDecision.NO_CHANGE),
            history=words.history_lines(found.history),
        )

    @router.get("")
    async def show_list(
        request: Request,
        show: PlanShow = PlanShow.DUE,
        station: StationAsked = "",
        page: PageNumber = 1,
        person: Person = may(*DESK),
    ) -> Response:
        """Show the plans whose review is due, the longest overdue first."""
        found = await plan_page(tools, show, station_wanted(station), page)
        return pages.render(
            request,
            "debriefs/tactical_plans.html",
            found=found,
            tabs=words.plan_tabs(show, found.station, found.counts),
            stations=stations_to_choose(found.stations, found.station),
            station_words=station_words,
            states=words.STATE_WORDS,
            decisions=words.DECISION_WORDS,
            link=page_link(words.plan_address(show, found.station)),
        )

    @router.get("/{premises_id}")
    async def show_plan(request: Request, premises_id: Id, person: Person = may(*DESK)) -> Response:
        """Show one plan, with its history."""
        return await show_one(request, premises_id)

    @router.post("/{premises_id}/review/{decision}")
    async def review(
        request: Request,
        premises_id: Id,
        decision: PlanDecision,
        version: Code = "",
        reason: Typed = "",
        person: Person = may(*DESK),
    ) -> Response:
        """Say that the plan stays, or how it reads from now on."""
        form = await request.form()
        said = {name: str(form.get(name, "")).replace("\x00", "")[:1000] for name in PLAN_FIELDS}
        command = ReviewPlan(premises_id, counted(version) or 0, person, PlanWanted(decision, reason, said))
        try:
            async with transaction(tools.database, tools.clock, by(person, request)) as work:
                waits = await review_plan(command, work)
        except NotFound:
            raise
        except Refused as refused:
            typed = {"reason": reason, **(said if decision is PlanDecision.CHANGED else {})}
            return await show_one(request, premises_id, f"{decision.lower().replace('_', '-')}-", typed, refused)
        return redirect(request, f"{PATH}/{premises_id}", WAITS if waits else REVIEWED)

    @router.post("/{premises_id}/proposal/{answer}")
    async def settle(
        request: Request,
        premises_id: Id,
        answer: Literal["approve", "turn-down"],
        version: Code = "",
        reason: Typed = "",
        person: Person = may(*DESK),
    ) -> Response:
        """Approve what is proposed, or turn it down."""
        command = SettlePlan(premises_id, counted(version) or 0, person, reason)
        act = approve_plan if answer == "approve" else turn_down_plan
        try:
            async with transaction(tools.database, tools.clock, by(person, request)) as work:
                await act(command, work)
        except NotFound:
            raise
        except Refused as refused:
            return await show_one(request, premises_id, f"{answer}-", {"reason": reason}, refused)
        return redirect(request, f"{PATH}/{premises_id}", APPROVED if answer == "approve" else TURNED_DOWN)

    return router
