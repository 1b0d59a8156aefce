"""The pages of competence: who may lead visits and until when, and the forms that enter and withdraw it."""

from fastapi import APIRouter, Request, Response

from services.risk_register.handlers.competence import (
    EnterCommand,
    WithdrawCompetence,
    enter_competence,
    withdraw_competence,
)
from services.risk_register.pages import pages
from services.risk_register.pages.forms import by, render_form
from services.risk_register.presenters.competence import competence_words
from services.risk_register.rules.competence import CompetenceWanted
from services.risk_register.rules.rights import COMPETENCE_KEEPERS, DESK
from services.risk_register.views.competence import competence_list, one_competence
from services.shared.errors import NotFound, Refused
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.shared.web.asked import Id
from services.shared.web.forms import Code, Typed, day_in
from services.shared.web.notices import redirect
from services.shared.web.paging import PageNumber

PATH = "/oversight/competence"
ENTERED = "Entered: it counts for visits from the first day to the last."
WITHDRAWN = "Withdrawn: it counts no more from today. It is kept, with your reason."


def competence_router(tools: Tools) -> APIRouter:
    """Return the pages of competence."""
    router = APIRouter(prefix=PATH, tags=["oversight"], include_in_schema=False)

    async def show_one(
        request: Request,
        competence_id: str,
        person: Person,
        problem: Refused | None = None,
        typed: dict[str, str] | None = None,
    ) -> Response:
        found = await one_competence(tools, competence_id)
        may_change = person.has(*COMPETENCE_KEEPERS)
        return render_form(
            request,
            "review/competence_one.html",
            problem,
            typed or {},
            found=found,
            words=competence_words,
            may_change=may_change,
        )

    @router.get("")
    async def show_list(request: Request, page: PageNumber = 1, person: Person = may(*DESK)) -> Response:
        """Show who may lead visits, the longest expired first."""
        found, may_change = await competence_list(tools, page), person.has(*COMPETENCE_KEEPERS)
        return pages.render(
            request, "review/competence.html", found=found, words=competence_words, may_change=may_change
        )

    @router.get("/new")
    async def show_new(request: Request, person: Person = may(*COMPETENCE_KEEPERS)) -> Response:
        """Show the form that enters one."""
        return render_form(request, "review/competence_new.html", None, {})

    @router.post("/new")
    async def enter_one(
        request: Request,
        name: Typed = "",
        from_on: Code = "",
        until_on: Code = "",
        basis: Typed = "",
        person: Person = may(*COMPETENCE_KEEPERS),
    ) -> Response:
        """Enter one."""
        wanted = CompetenceWanted(name, day_in(from_on), day_in(until_on), basis)
        try:
            async with transaction(tools.database, tools.clock, by(person, request)) as work:
                await enter_competence(EnterCommand(person, wanted), work)
        except Refused as refused:
            typed = {"person": name, "from_on": from_on, "until_on": until_on, "basis": basis}
            return render_form(request, "review/competence_new.html", refused, typed)
        return redirect(request, PATH, ENTERED)

    @router.get("/{competence_id}")
    async def show_competence(request: Request, competence_id: Id, person: Person = may(*DESK)) -> Response:
        """Show one, with all that was entered of the same person."""
        return await show_one(request, competence_id, person)

    @router.post("/{competence_id}/withdraw")
    async def withdraw(
        request: Request, competence_id: Id, reason: Typed = "", person: Person = may(*COMPETENCE_KEEPERS)
    ) -> Response:
        """Withdraw it."""
        try:
            async with transaction(tools.database, tools.clock, by(person, request)) as work:
                await withdraw_competence(WithdrawCompetence(competence_id, person, reason), work)
        except NotFound:
            raise
        except Refused as refused:
            return await show_one(request, competence_id, person, refused, {"reason": reason})
        return redirect(request, f"{PATH}/{competence_id}", WITHDRAWN)

    return router
