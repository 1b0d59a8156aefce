"""The help that people of a building agreed to tell of: entered, corrected, confirmed and withdrawn, as JSON."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import Field, StringConstraints

from schemas.visit_parts import NO_NUL, Line, Part
from schemas.vocabulary import Assistance, ConsentHow, NeedsSource
from services.domain.working_time import local_date
from services.referrals.handlers.entering import ConfirmCommand, EnterCommand, confirm_need, enter_need
from services.referrals.handlers.needs import needs_held, withdraw
from services.referrals.presenters.needs import building_as_json, held_as_json
from services.referrals.rules.buildings import Review
from services.referrals.rules.entering import MOST_PEOPLE, NeedWanted, PersonWanted
from services.referrals.rules.needs import ENTERERS, WITHDRAWERS
from services.referrals.views.buildings import buildings_held
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.acting import acting
from services.shared.web.asked import Id
from services.shared.web.paging import PageNumber, say_pages

Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120, pattern=NO_NUL)]


class PersonEntered(Part):
    """The help that one person needs; whoever sends more of them is refused."""

    assistance: Assistance
    floor: Line = ""
    ees_exists: bool | None = None


class NeedEntered(Part):
    """What the people of one flat agreed to, and who took their consent, when and how."""

    unit_ref: Line
    people: tuple[PersonEntered, ...] = Field(min_length=1, max_length=MOST_PEOPLE)
    source: NeedsSource
    explicit_consent: bool
    taken_by: Name
    how: ConsentHow
    consented_on: date

    def wanted(self) -> NeedWanted:
        """Return it as the rules take it."""
        people = tuple(PersonWanted(each.assistance, each.floor, each.ees_exists) for each in self.people)
        return NeedWanted(
            self.unit_ref, people, self.source, self.explicit_consent, self.taken_by, self.how, self.consented_on
        )


class Asked(Part):
    """Whether the people of a flat were asked, and said that all of it still holds."""

    still_agreed: bool


def needs_api(tools: Tools) -> APIRouter:
    """Return the routes of needs."""
    router = APIRouter(prefix="/api/v1/referrals/needs", tags=["referrals"])

    @router.get("")
    async def list_needs(
        request: Request,
        response: Response,
        review: Review | None = None,
        number: PageNumber = 1,
        person: Person = may(*WITHDRAWERS),
    ) -> dict[str, Any]:
        """List the buildings of which something is held, the first to be asked again first; no fact about anybody."""
        response.headers["Cache-Control"] = "no-store"
        found = await buildings_held(tools, review, number)
        say_pages(request, response, found.page)
        return {"total": found.page.total, "buildings": [building_as_json(row) for row in found.rows]}

    @router.get("/{premises_id}")
    async def get_needs(
        request: Request, response: Response, premises_id: Id, person: Person = may(*WITHDRAWERS)
    ) -> dict[str, Any]:
        """List what is held of a building, flat by flat; that it was read is kept."""
        response.headers["Cache-Control"] = "no-store"
        async with acting("referrals", tools, person, request) as work:
            held = await needs_held(premises_id, person, work, tools.vault)
            today = local_date(work.now)
        return {"premises_id": premises_id, "total": len(held), "needs": [held_as_json(unit, today) for unit in held]}

    @router.post("/{premises_id}", status_code=201)
    async def post_need(
        request: Request, premises_id: Id, entered: NeedEntered, person: Person = may(*ENTERERS)
    ) -> dict[str, Any]:
        """Enter what the people of one flat agreed to: flat, floor, help, statement; control sees it."""
        async with acting("referrals", tools, person, request) as work:
            need_id = await enter_need(EnterCommand(premises_id, person, entered.wanted()), work, tools.vault)
        return {"id": str(need_id)}

    @router.put("/{premises_id}/{need_id}")
    async def put_need(
        request: Request, premises_id: Id, need_id: UUID, entered: NeedEntered, person: Person = may(*ENTERERS)
    ) -> dict[str, Any]:
        """Correct what is held of one flat: what was wrong is destroyed; it is kept under a new id."""
        command = EnterCommand(premises_id, person, entered.wanted(), need_id)
        async with acting("referrals", tools, person, request) as work:
            return {"id": str(await enter_need(command, work, tools.vault))}

    @router.post("/{premises_id}/{need_id}/confirm")
    async def confirm(
        request: Request, premises_id: Id, need_id: UUID, asked: Asked, person: Person = may(*ENTERERS)
    ) -> dict[str, Any]:
        """Record that the people of a flat were asked and all of it holds; it is kept under a new id."""
        command = ConfirmCommand(premises_id, need_id, person, asked.still_agreed)
        async with acting("referrals", tools, person, request) as work:
            return {"id": str(await confirm_need(command, work, tools.vault))}

    @router.post("/{premises_id}/{need_id}/withdraw", status_code=204)
    async def withdraw_needs(
        request: Request, premises_id: Id, need_id: UUID, person: Person = may(*WITHDRAWERS)
    ) -> None:
        """Record that the people of a flat no longer agree: what was held of it is destroyed, here and at control."""
        async with acting("referrals", tools, person, request) as work:
            await withdraw(premises_id, need_id, person, work, tools.vault)

    return router
