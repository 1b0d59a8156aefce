"""The page on which a withdrawal of consent is recorded: what is held of a building, and a check before it goes."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.referrals.handlers.needs import NOBODY_HELD, needs_held, withdraw
from services.referrals.pages import pages
from services.referrals.presenters.needs import held_shown
from services.referrals.rules.needs import WITHDRAWERS
from services.shared.errors import NotFound
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.acting import acting
from services.shared.web.asked import Id
from services.shared.web.notices import redirect

WITHDRAWN = "The withdrawal is recorded. What was held is destroyed, and gone from control's screen."


def needs_pages(tools: Tools) -> APIRouter:
    """Return the routes of the needs of a building."""
    router = APIRouter(prefix="/referrals/needs/{premises_id}", tags=["pages"], include_in_schema=False)

    async def held(request: Request, premises_id: Id, person: Person) -> list[dict[str, Any]]:
        async with acting("referrals", tools, person, request) as work:
            units = await needs_held(premises_id, person, work, tools.vault)
        return [held_shown(unit) for unit in units]

    @router.get("")
    async def needs_page(request: Request, premises_id: Id, person: Person = may(*WITHDRAWERS)) -> Response:
        """List what is held of a building, flat by flat."""
        units = await held(request, premises_id, person)
        return pages.render(request, "referrals/needs.html", premises_id=premises_id, units=units)

    @router.get("/{need_id}")
    async def check(request: Request, premises_id: Id, need_id: UUID, person: Person = may(*WITHDRAWERS)) -> Response:
        """Ask whether the people of a flat have really withdrawn."""
        unit = next((each for each in await held(request, premises_id, person) if each["id"] == str(need_id)), None)
        if unit is None:
            raise NotFound(NOBODY_HELD)
        return pages.render(request, "referrals/withdraw.html", premises_id=premises_id, unit=unit)

    @router.post("/{need_id}")
    async def withdraw_needs(
        request: Request, premises_id: Id, need_id: UUID, person: Person = may(*WITHDRAWERS)
    ) -> Response:
        """Record the withdrawal."""
        async with acting("referrals", tools, person, request) as work:
            await withdraw(premises_id, need_id, person, work, tools.vault)
        return redirect(request, f"/referrals/needs/{premises_id}", WITHDRAWN)

    return router
