"""The page of one temporary risk: what it is, what was done to it, and the forms that renew and end it."""

from fastapi import APIRouter, Request, Response

from services.domain.counting import counted
from services.domain.temporary_risks import LONGEST
from services.risk_register.handlers.temporary import EndCommand, RenewCommand, end_temporary, renew_temporary
from services.risk_register.pages.forms import by, render_form
from services.risk_register.pages.temporary_list import LIST
from services.risk_register.presenters.temporary import history_lines, state_words
from services.risk_register.rules.rights import DESK
from services.risk_register.rules.temporary import NEEDS_TICK
from services.risk_register.views.temporary import one_temporary
from services.shared.errors import FieldReason, NotFound, Refused
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.shared.web.asked import Id
from services.shared.web.forms import Code, Typed, day_in
from services.shared.web.notices import redirect

RENEWED = "Renewed: control and crews see its new last day."
ENDED = "Ended: control and crews no longer see it. It is kept, with your reason."


def one_temporary_router(tools: Tools) -> APIRouter:
    """Return the page of one temporary risk, and what its forms do."""
    router = APIRouter(prefix=LIST, tags=["review"], include_in_schema=False)

    async def show(
        request: Request, risk_id: str, form: str = "", typed: dict[str, str] | None = None, why: Refused | None = None
    ) -> Response:
        found = await one_temporary(tools, risk_id)
        risk, state = found.row.risk, found.row.state
        return render_form(
            request,
            "temporary/one.html",
            why,
            typed or {},
            form=form,
            row=found.row,
            state=state_words(risk, state),
            history=history_lines(found.history),
            latest=max(found.today, risk.starts_on) + LONGEST,
        )

    @router.get("/{risk_id}")
    async def show_risk(request: Request, risk_id: Id, person: Person = may(*DESK)) -> Response:
        """Show one, ended or not, with its history."""
        return await show(request, risk_id)

    @router.post("/{risk_id}/renew")
    async def renew(
        request: Request,
        risk_id: Id,
        version: Code = "",
        reason: Typed = "",
        ends_on: Code = "",
        person: Person = may(*DESK),
    ) -> Response:
        """Let it hold until another day."""
        command = RenewCommand(risk_id, counted(version) or 0, person, reason, day_in(ends_on))
        try:
            async with transaction(tools.database, tools.clock, by(person, request)) as work:
                await renew_temporary(command, work)
        except NotFound:
            raise
        except Refused as refused:
            return await show(request, risk_id, "renew-", {"reason": reason, "ends_on": ends_on}, refused)
        return redirect(request, f"{LIST}/{risk_id}", RENEWED)

    @router.post("/{risk_id}/end")
    async def end(
        request: Request,
        risk_id: Id,
        version: Code = "",
        reason: Typed = "",
        sure: Code = "",
        person: Person = may(*DESK),
    ) -> Response:
        """End it because it is over."""
        problems = () if sure == "yes" else (FieldReason("/sure", NEEDS_TICK),)
        command = EndCommand(risk_id, counted(version) or 0, person, reason, problems)
        try:
            async with transaction(tools.database, tools.clock, by(person, request)) as work:
                await end_temporary(command, work)
        except NotFound:
            raise
        except Refused as refused:
            return await show(request, risk_id, "end-", {"reason": reason, "sure": sure}, refused)
        return redirect(request, LIST, ENDED)

    return router
