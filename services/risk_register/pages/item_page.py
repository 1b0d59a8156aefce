"""The page of one visit: look at it, hold it, give it back, undo its publication."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response

from schemas.visit_parts import NO_NUL
from services.risk_register.handlers.desk import Command
from services.risk_register.handlers.moves import Move, make_move, publish_again
from services.risk_register.handlers.restoring import Restore
from services.risk_register.pages.deciding import APPROVED
from services.risk_register.pages.one_visit import OneVisit
from services.risk_register.rules.rights import DESK
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.asked import Id
from services.shared.web.notices import redirect

Version = Annotated[int, Form(ge=1)]


def item_router(tools: Tools) -> APIRouter:
    """Return the page of a visit, and what its lesser buttons do."""
    router = APIRouter(prefix="/review", tags=["review"], include_in_schema=False)
    visit = OneVisit(tools)

    @router.get("/{visit_id}")
    async def show_visit(
        request: Request,
        visit_id: Id,
        correct: Annotated[str, Query(max_length=64, pattern=NO_NUL)] = "",
        person: Person = may(*DESK),
    ) -> Response:
        """Show what the crew reported beside the present record; `correct` names the row that is open."""
        return await visit.show(request, visit_id, person, place=correct)

    @router.post("/{visit_id}/claim")
    async def claim_visit(request: Request, visit_id: Id, version: Version, person: Person = may(*DESK)) -> Response:
        """Claim the visit, or hold it for another half hour."""

        async def claim() -> Response:
            await make_move(tools, request.state.correlation_id, Move.CLAIM, Command(visit_id, version, person))
            return redirect(request, f"/review/{visit_id}")

        return await visit.attempt(request, visit_id, person, claim())

    @router.post("/{visit_id}/release")
    async def release_visit(request: Request, visit_id: Id, version: Version, person: Person = may(*DESK)) -> Response:
        """Give the visit back to the queue."""

        async def release() -> Response:
            await make_move(tools, request.state.correlation_id, Move.RELEASE, Command(visit_id, version, person))
            return redirect(request, "/review", "The visit is back in the queue.")

        return await visit.attempt(request, visit_id, person, release())

    @router.post("/{visit_id}/restore")
    async def restore_former(
        request: Request,
        visit_id: Id,
        premises_id: Annotated[str, Form(max_length=64, pattern=NO_NUL)],
        version: Annotated[int, Form(ge=0)],
        in_place_of: Version,
        reason: Annotated[str, Form(pattern=NO_NUL)] = "",
        person: Person = may(*DESK),
    ) -> Response:
        """Publish again what an earlier version said."""

        async def restore() -> Response:
            command = Restore(premises_id, version, in_place_of, person, reason)
            record = await publish_again(tools, request.state.correlation_id, command)
            restored = f"Version {record.version} says again what version {version} said."
            return redirect(request, f"/review/{visit_id}", APPROVED if record.restoring else restored)

        return await visit.attempt(request, visit_id, person, restore(), await request.form())

    return router
