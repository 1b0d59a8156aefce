"""The pages of temporary risks: those that nobody has ended, past their end first, and the form that raises one."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import StringConstraints

from schemas.visit_parts import NO_NUL
from services.domain.working_time import local_date
from services.risk_register.handlers.temporary import RaiseCommand, raise_temporary
from services.risk_register.pages import pages
from services.risk_register.pages.forms import by, render_form
from services.risk_register.presenters.temporary import SOURCES
from services.risk_register.rules.rights import DESK
from services.risk_register.rules.temporary import Wanted
from services.risk_register.views.temporary import temporary_list
from services.shared.errors import Refused
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.shared.web.forms import Code, Typed, day_in
from services.shared.web.notices import redirect
from services.shared.web.paging import PageNumber

LIST = "/temporary-risks"
RAISED = "Raised: control and crews see it with its last day."
Number = Annotated[str, StringConstraints(max_length=64, pattern=NO_NUL), Query()]


def temporary_router(tools: Tools) -> APIRouter:
    """Return the list of temporary risks, and the form that raises one."""
    router = APIRouter(prefix=LIST, tags=["review"], include_in_schema=False)

    def show_form(request: Request, typed: dict[str, str], problem: Refused | None = None) -> Response:
        today = local_date(tools.clock.now()).isoformat()
        return render_form(request, "temporary/new.html", problem, {"starts_on": today, **typed})

    @router.get("")
    async def show_list(request: Request, page: PageNumber = 1, person: Person = may(*DESK)) -> Response:
        """Show the temporary risks that nobody has ended, those past their end first."""
        return pages.render(request, "temporary/list.html", found=await temporary_list(tools, page), sources=SOURCES)

    @router.get("/new")
    async def show_new(request: Request, premises_id: Number = "", person: Person = may(*DESK)) -> Response:
        """Show the form that raises one."""
        return show_form(request, {"premises_id": premises_id})

    @router.post("/new")
    async def raise_one(
        request: Request,
        premises_id: Code = "",
        what: Typed = "",
        why: Typed = "",
        owner: Typed = "",
        starts_on: Code = "",
        ends_on: Code = "",
        person: Person = may(*DESK),
    ) -> Response:
        """Raise one."""
        wanted = Wanted(what, why, owner, day_in(starts_on), day_in(ends_on))
        try:
            async with transaction(tools.database, tools.clock, by(person, request)) as work:
                await raise_temporary(RaiseCommand(premises_id.strip(), person, wanted), work)
        except Refused as refused:
            typed = {"what": what, "why": why, "owner": owner, "starts_on": starts_on, "ends_on": ends_on}
            return show_form(request, {"premises_id": premises_id, **typed}, refused)
        return redirect(request, LIST, RAISED)

    return router
