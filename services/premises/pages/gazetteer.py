"""Trying the matcher on an address, the names it has learnt, and what reference data is loaded."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import ValidationError

from schemas.visit_parts import NO_NUL
from services.premises.handlers.learn_names import undo_confirmation
from services.premises.pages import pages
from services.premises.pages.desk import DeskTools
from services.premises.rules.pace import LOOKS
from services.premises.rules.rights import DESK
from services.premises.views.gazetteer import learnt_and_loaded, placed_by_name
from services.premises.views.trying import Asked, ShownMatch, shown_match
from services.shared.identity import Person, may
from services.shared.web.acting import acting
from services.shared.web.limited import at_most
from services.shared.web.notices import redirect
from services.shared.web.paging import PageNumber


def gazetteer_router(at: DeskTools) -> APIRouter:
    """Return the pages about the gazetteer itself."""
    router = APIRouter(prefix="/premises", tags=["premises"], include_in_schema=False)

    @router.get("/find", dependencies=[at_most("premises looked up", LOOKS)])
    async def find(
        request: Request,
        q: Annotated[str, Query(max_length=300, pattern=NO_NUL)] = "",
        fix: Annotated[str, Query(max_length=60, pattern=NO_NUL)] = "",
        person: Person = may(*DESK),
    ) -> HTMLResponse:
        """Try the matcher on a written address, and show its reason and evidence."""
        answer: ShownMatch | None = None
        errors: list[dict[str, str]] = []
        if q.strip() or fix.strip():
            try:
                answer = await shown_match(at.keeper.snapshot, Asked(query=q, **_degrees(fix)))
            except (ValidationError, ValueError):
                errors = [{"text": "Write an address; a fix is latitude, longitude, such as 52.3, -2.67", "href": "#q"}]
        return pages.render(request, "premises/find.html", q=q, fix=fix, errors=errors, answer=answer)

    @router.get("/learnt")
    async def learnt_names(
        request: Request,
        number: PageNumber = 1,
        loads: Annotated[int, Query(ge=1, le=100_000)] = 1,
        person: Person = may(*DESK),
    ) -> HTMLResponse:
        """Show what the matcher has learnt from people, and what is loaded."""
        async with at.tools.database.reading() as session:
            shown = await learnt_and_loaded(session, at.keeper.snapshot, number, loads)
        return pages.render(request, "premises/learnt.html", **vars(shown))

    @router.post("/learnt/{alias_id}/undo")
    async def undo(request: Request, alias_id: UUID, person: Person = may(*DESK)) -> Response:
        """Take a learnt name back."""
        async with acting("premises", at.tools, person, request) as work:
            name = await undo_confirmation(work, alias_id)
        async with at.tools.database.reading() as session:
            placed = await placed_by_name(session, alias_id)
        stays = f"The {placed} visits that it placed stay where they are: they are listed beside it."
        if placed == 1:
            stays = "The one visit that it placed stays where it is: it is listed beside it."
        words = f"“{name.name}” places no further visit. {stays if placed else 'It had placed none.'}"
        return redirect(request, "/premises/learnt", words)

    return router


def _degrees(fix: str) -> dict[str, float]:
    if not fix.strip():
        return {}
    latitude, longitude = fix.replace(";", ",").split(",")
    return {"latitude": float(latitude), "longitude": float(longitude)}
