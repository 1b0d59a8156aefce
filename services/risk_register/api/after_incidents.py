"""What comes after incidents and the actions on it, for other programmes: read, and an action raised or changed."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import Field

from schemas.visit_parts import NO_NUL, Line, Part, Text
from services.risk_register.api.register import by
from services.risk_register.handlers.actions import ChangeAction, RaiseAction, change_action, raise_action
from services.risk_register.presenters.narrowing import station_wanted
from services.risk_register.rules.actions import ActionChange, ActionShow, ActionWanted
from services.risk_register.rules.debriefs import DebriefTab
from services.risk_register.rules.rights import DESK
from services.risk_register.rules.tactical_plans import PlanShow
from services.risk_register.views.actions import action_page, one_action
from services.risk_register.views.debriefs import debrief_page
from services.risk_register.views.tactical_plans import plan_page
from services.shared.identity import Person, may
from services.shared.paging import Page
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.shared.web.asked import Id
from services.shared.web.paging import PageNumber

Station = Annotated[str, Query(max_length=64, pattern=NO_NUL)]
Owner = Annotated[str, Query(max_length=80, pattern=NO_NUL)]


class RaiseBody(Part):
    """What is to be done at which premises, or on which answer after an incident, by whom, by when."""

    premises_id: Line = ""
    answer_id: Line = ""
    what: Text
    owner: Line
    due_on: date | None = None


class ChangeBody(Part):
    """Why an action changes, and on which version of it that was decided; what, owner and day where it is altered."""

    version: int = Field(ge=1)
    reason: Text
    what: Text = ""
    owner: Line = ""
    due_on: date | None = None


def pages_of(page: Page) -> dict[str, Any]:
    """Return which page of a list this is."""
    return {"total": page.total, "page": page.number, "pages": page.last, "says": page.words}


def after_incidents_api(tools: Tools) -> APIRouter:
    """Return the routes of what comes after incidents."""
    router = APIRouter(prefix="/api/v1/risk-register", tags=["risk register"])

    @router.get("/debriefs")
    async def read_debriefs(
        show: DebriefTab = DebriefTab.WAITING, page: PageNumber = 1, person: Person = may(*DESK)
    ) -> dict[str, Any]:
        """Return a page of one part: answers that wait, are dealt with or said right, or who has not answered."""
        found = await debrief_page(tools, show, page)
        answers = [asdict(each) | {"findings": [one.model_dump() for one in each.findings]} for each in found.answers]
        questions = [asdict(each) for each in found.questions]
        return {"answers": answers, "questions": questions, "counts": asdict(found.counts), **pages_of(found.page)}

    @router.get("/actions")
    async def read_actions(
        show: ActionShow = ActionShow.OPEN, owner: Owner = "", page: PageNumber = 1, person: Person = may(*DESK)
    ) -> dict[str, Any]:
        """Return a page of actions, of one owner or all, the longest overdue first."""
        found = await action_page(tools, show, owner, page)
        return {"actions": [asdict(each) for each in found.actions], "counts": found.counts, **pages_of(found.page)}

    @router.get("/tactical-plans")
    async def read_plans(
        show: PlanShow = PlanShow.DUE, station: Station = "", page: PageNumber = 1, person: Person = may(*DESK)
    ) -> dict[str, Any]:
        """Return a page of tactical plans: those due for review, those that wait for a second person, or all."""
        found = await plan_page(tools, show, station_wanted(station), page)
        plans = [asdict(line.placed) | {"state": line.state} for line in found.lines]
        return {"plans": plans, "counts": asdict(found.counts), **pages_of(found.page)}

    @router.get("/actions/{action_id}")
    async def read_action(action_id: Id, person: Person = may(*DESK)) -> dict[str, Any]:
        """Return one action with all that was done to it, oldest first."""
        found = await one_action(tools, action_id)
        return asdict(found.action) | {"history": [asdict(each) for each in found.history]}

    @router.post("/actions", status_code=201)
    async def raise_one(request: Request, body: RaiseBody, person: Person = may(*DESK)) -> dict[str, Any]:
        """Raise an action on an answer after an incident, or by hand at a premises."""
        wanted = ActionWanted(body.what, body.owner, body.due_on)
        async with transaction(tools.database, tools.clock, by(person, request)) as work:
            return asdict(await raise_action(RaiseAction(person, wanted, body.premises_id, body.answer_id), work))

    @router.post("/actions/{action_id}/{change}")
    async def change_one(
        request: Request, action_id: Id, change: ActionChange, body: ChangeBody, person: Person = may(*DESK)
    ) -> dict[str, Any]:
        """Alter it, complete it, drop it as no longer needed, or open it again; 409 says who changed it since."""
        wanted = ActionWanted(body.what, body.owner, body.due_on) if change is ActionChange.ALTER else None
        command = ChangeAction(action_id, body.version, person, change, body.reason, wanted)
        async with transaction(tools.database, tools.clock, by(person, request)) as work:
            return asdict(await change_action(command, work))

    return router
