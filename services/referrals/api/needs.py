"""The help that people of a building agreed to tell of, and how they withdraw, as JSON."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.referrals.handlers.needs import needs_held, withdraw
from services.referrals.presenters.needs import held_as_json
from services.referrals.rules.needs import WITHDRAWERS
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.acting import acting
from services.shared.web.asked import Id


def needs_api(tools: Tools) -> APIRouter:
    """Return the routes of needs."""
    router = APIRouter(prefix="/api/v1/referrals/needs/{premises_id}", tags=["referrals"])

    @router.get("")
    async def get_needs(
        request: Request, response: Response, premises_id: Id, person: Person = may(*WITHDRAWERS)
    ) -> dict[str, Any]:
        """List what is held of a building, flat by flat; that it was read is kept."""
        response.headers["Cache-Control"] = "no-store"
        async with acting("referrals", tools, person, request) as work:
            held = await needs_held(premises_id, person, work, tools.vault)
        return {"premises_id": premises_id, "total": len(held), "needs": [held_as_json(unit) for unit in held]}

    @router.post("/{need_id}/withdraw", status_code=204)
    async def withdraw_needs(
        request: Request, premises_id: Id, need_id: UUID, person: Person = may(*WITHDRAWERS)
    ) -> None:
        """Record that the people of a flat no longer agree: what was held of it is destroyed, here and at control."""
        async with acting("referrals", tools, person, request) as work:
            await withdraw(premises_id, need_id, person, work, tools.vault)

    return router
