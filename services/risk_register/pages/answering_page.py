"""The pages of who answers for which premises: the list, the form that gives one, and the form that ends it."""

from fastapi import APIRouter, Request, Response

from services.risk_register.handlers.answering import EndAnswering, GiveCommand, end_answering, give_premises
from services.risk_register.pages import pages
from services.risk_register.pages.forms import by, render_form
from services.risk_register.rules.answering import AnsweringWanted
from services.risk_register.rules.rights import ACCOUNT_KEEPERS
from services.risk_register.views.answering import answering_list, one_answering
from services.shared.errors import NotFound, Refused
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.shared.web.asked import Id
from services.shared.web.forms import Code, Typed
from services.shared.web.notices import redirect
from services.shared.web.paging import PageNumber

PATH = "/responsible-persons"
GIVEN = "Given: this account can report faults there from now on."
ENDED = "Ended: this account can neither report there nor read what it has reported."


def answering_router(tools: Tools) -> APIRouter:
    """Return the pages of who answers for what."""
    router = APIRouter(prefix=PATH, tags=["faults"], include_in_schema=False)

    async def show(request: Request, answering_id: str, reason: str = "", problem: Refused | None = None) -> Response:
        row = await one_answering(tools, answering_id)
        return render_form(request, "faults/answering_one.html", problem, {"reason": reason}, row=row)

    @router.get("")
    async def show_list(request: Request, page: PageNumber = 1, person: Person = may(*ACCOUNT_KEEPERS)) -> Response:
        """Show who answers for which premises."""
        found = await answering_list(tools, page)
        return pages.render(request, "faults/answering.html", found=found)

    @router.get("/new")
    async def show_new(request: Request, person: Person = may(*ACCOUNT_KEEPERS)) -> Response:
        """Show the form that gives an account a premises."""
        return render_form(request, "faults/answering_new.html", None, {})

    @router.post("/new")
    async def give(
        request: Request,
        account: Typed = "",
        organisation: Typed = "",
        premises_id: Code = "",
        person: Person = may(*ACCOUNT_KEEPERS),
    ) -> Response:
        """Give an account a premises."""
        wanted = AnsweringWanted(account, organisation, premises_id.strip())
        try:
            async with transaction(tools.database, tools.clock, by(person, request)) as work:
                await give_premises(GiveCommand(person, wanted), work)
        except Refused as refused:
            typed = {"account": account, "organisation": organisation, "premises_id": premises_id}
            return render_form(request, "faults/answering_new.html", refused, typed)
        return redirect(request, PATH, GIVEN)

    @router.get("/{answering_id}")
    async def show_one(request: Request, answering_id: Id, person: Person = may(*ACCOUNT_KEEPERS)) -> Response:
        """Show one, and the form that ends it."""
        return await show(request, answering_id)

    @router.post("/{answering_id}/end")
    async def end(
        request: Request, answering_id: Id, reason: Typed = "", person: Person = may(*ACCOUNT_KEEPERS)
    ) -> Response:
        """Let the account report nothing more there."""
        try:
            async with transaction(tools.database, tools.clock, by(person, request)) as work:
                await end_answering(EndAnswering(answering_id, person, reason), work)
        except NotFound:
            raise
        except Refused as refused:
            return await show(request, answering_id, reason, refused)
        return redirect(request, f"{PATH}/{answering_id}", ENDED)

    return router
