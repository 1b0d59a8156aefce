"""The pages of actions: the list to work through and to print, the form that raises one, and one with its history."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import StringConstraints

from schemas.visit_parts import NO_NUL
from services.domain.counting import counted
from services.risk_register.handlers.actions import ChangeAction, RaiseAction, change_action, raise_action
from services.risk_register.pages import pages
from services.risk_register.pages.forms import by, render_form
from services.risk_register.presenters.actions import PATH, action_address, action_tabs, owners_to_choose
from services.risk_register.presenters.debriefs import action_lines, action_state
from services.risk_register.presenters.narrowing import page_link
from services.risk_register.rules.actions import ActionChange, ActionShow, ActionWanted
from services.risk_register.rules.rights import DESK
from services.risk_register.views.actions import action_page, one_action
from services.shared.errors import NotFound, Refused
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.shared.web.asked import Id
from services.shared.web.forms import Code, Typed, day_in
from services.shared.web.notices import redirect
from services.shared.web.paging import PageNumber

RAISED = "The action is raised."
CHANGED = {
    ActionChange.ALTER: "The action is changed.",
    ActionChange.COMPLETE: "The action is done. It can be opened again here.",
    ActionChange.DROP: "The action is no longer needed. It can be opened again here.",
    ActionChange.REOPEN: "The action is open again.",
}
OwnerAsked = Annotated[str, StringConstraints(max_length=80, pattern=NO_NUL), Query()]
Number = Annotated[str, StringConstraints(max_length=64, pattern=NO_NUL), Query()]


def actions_router(tools: Tools) -> APIRouter:
    """Return the pages of actions."""
    router = APIRouter(prefix=PATH, tags=["oversight"], include_in_schema=False)

    async def show_one(
        request: Request,
        action_id: str,
        form: str = "",
        typed: dict[str, str] | None = None,
        why: Refused | None = None,
    ) -> Response:
        found = await one_action(tools, action_id)
        action = found.action
        says = {"alter-what": action.what, "alter-owner": action.owner, "alter-due_on": action.due_on.isoformat()}
        return render_form(
            request,
            "debriefs/action.html",
            why,
            typed or {},
            form=form,
            usual=says,
            action=action,
            state=action_state(action, found.today),
            history=action_lines(found.history),
        )

    @router.get("")
    async def show_list(
        request: Request,
        show: ActionShow = ActionShow.OPEN,
        owner: OwnerAsked = "",
        page: PageNumber = 1,
        person: Person = may(*DESK),
    ) -> Response:
        """Show the actions of one owner or all, the longest overdue first."""
        found = await action_page(tools, show, owner, page)
        return pages.render(
            request,
            "debriefs/actions.html",
            found=found,
            tabs=action_tabs(show, found.owner, found.counts),
            owners=owners_to_choose(found.owners, found.owner),
            state_of=action_state,
            link=page_link(action_address(show, found.owner)),
        )

    @router.get("/new")
    async def show_new(request: Request, premises_id: Number = "", person: Person = may(*DESK)) -> Response:
        """Show the form that raises one by hand."""
        return render_form(request, "debriefs/action_new.html", None, {"premises_id": premises_id}, usual={})

    @router.post("/new")
    async def raise_one(
        request: Request,
        premises_id: Code = "",
        what: Typed = "",
        owner: Typed = "",
        due_on: Code = "",
        person: Person = may(*DESK),
    ) -> Response:
        """Raise one by hand at a premises."""
        wanted = ActionWanted(what, owner, day_in(due_on))
        try:
            async with transaction(tools.database, tools.clock, by(person, request)) as work:
                action = await raise_action(RaiseAction(person, wanted, premises_id.strip()), work)
        except Refused as refused:
            typed = {"premises_id": premises_id, "what": what, "owner": owner, "due_on": due_on}
            return render_form(request, "debriefs/action_new.html", refused, typed, usual={})
        return redirect(request, f"{PATH}/{action.action_id}", RAISED)

    @router.get("/{action_id}")
    async def show_action(request: Request, action_id: Id, person: Person = may(*DESK)) -> Response:
        """Show one, open or not, with its history."""
        return await show_one(request, action_id)

    @router.post("/{action_id}/{change}")
    async def change_one(
        request: Request,
        action_id: Id,
        change: ActionChange,
        version: Code = "",
        what: Typed = "",
        owner: Typed = "",
        due_on: Code = "",
        reason: Typed = "",
        person: Person = may(*DESK),
    ) -> Response:
        """Change what it says, close it, or open it again."""
        wanted = ActionWanted(what, owner, day_in(due_on)) if change is ActionChange.ALTER else None
        command = ChangeAction(action_id, counted(version) or 0, person, change, reason, wanted)
        try:
            async with transaction(tools.database, tools.clock, by(person, request)) as work:
                await change_action(command, work)
        except NotFound:
            raise
        except Refused as refused:
            typed = {"what": what, "owner": owner, "due_on": due_on, "reason": reason}
            return await show_one(request, action_id, f"{change.lower()}-", typed, refused)
        return redirect(request, f"{PATH}/{action_id}", CHANGED[change])

    return router
