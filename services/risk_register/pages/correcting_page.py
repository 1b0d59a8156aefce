"""The row of one fact as a form: what is wrong in it is corrected with a reason, and a correction is taken back."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from services.risk_register.handlers.correcting import (
    CorrectCommand,
    TakeBackCommand,
    correct_fact,
    take_back_correction,
)
from services.risk_register.pages.correcting_form import CorrectingForm
from services.risk_register.pages.forms import by
from services.risk_register.pages.one_visit import OneVisit
from services.risk_register.presenters.editors import editor_of
from services.risk_register.rules.rights import DESK
from services.risk_register.views.item import ItemPage, item_page
from services.shared.errors import Refused
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.shared.web.asked import Id
from services.shared.web.forms import Code
from services.shared.web.notices import redirect

Version = Annotated[int, Form(ge=1)]
CORRECTED = "Corrected: it is published with this visit, under your name and reason."
TAKEN_BACK = "Taken back: the fact stands again as the crew reported it."
NOT_THERE = "this fact is not on the page any more: look at it again"


def correcting_router(tools: Tools) -> APIRouter:
    """Return what the rows of a visit's page do."""
    router = APIRouter(prefix="/review", tags=["review"], include_in_schema=False)
    visit = OneVisit(tools)

    async def shown(visit_id: str, person: Person) -> ItemPage:
        async with tools.database.reading() as session:
            return await item_page(session, visit_id, person, tools.clock.now())

    @router.post("/{visit_id}/correct")
    async def correct(
        request: Request, visit_id: Id, version: Version, place: Code = "", person: Person = may(*DESK)
    ) -> Response:
        """Correct the fact of one row."""
        typed = await request.form()

        async def act() -> Response:
            page = await shown(visit_id, person)
            line = page.comparison.at(place)
            if line is None:
                raise Refused(NOT_THERE)
            now = page.values[line.key]
            form = CorrectingForm(typed, editor_of(line.key, now), now)
            value, reason, sworn = form.value(), form.reason(), typed.get("was_not_there") == "yes"
            problems = tuple(form.problems)
            command = CorrectCommand(visit_id, version, person, line.key, value, reason, sworn, problems)
            async with transaction(tools.database, tools.clock, by(person, request)) as work:
                await correct_fact(command, work)
            return redirect(request, f"/review/{visit_id}#{line.place}", CORRECTED)

        return await visit.attempt(request, visit_id, person, act(), typed, place)

    @router.post("/{visit_id}/correct/back")
    async def take_back(
        request: Request, visit_id: Id, version: Version, place: Code = "", person: Person = may(*DESK)
    ) -> Response:
        """Take the correction of one row back."""

        async def act() -> Response:
            line = (await shown(visit_id, person)).comparison.at(place)
            if line is None or line.correction is None:
                raise Refused(NOT_THERE)
            sworn = line.correction.by == person.name
            command = TakeBackCommand(visit_id, version, person, line.correction.fact, was_not_there=sworn)
            async with transaction(tools.database, tools.clock, by(person, request)) as work:
                await take_back_correction(command, work)
            return redirect(request, f"/review/{visit_id}", TAKEN_BACK)

        return await visit.attempt(request, visit_id, person, act())

    return router
