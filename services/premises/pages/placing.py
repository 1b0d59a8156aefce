"""Placing a visit on an entry: the usual by one key, the odd when it is asked back, and the way back from both."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request, Response

from schemas.visit_parts import NO_NUL
from services.premises.handlers.confirm_premises import Choice, confirm_premises
from services.premises.handlers.put_back import put_back
from services.premises.pages import pages
from services.premises.pages.desk import DeskTools
from services.premises.rules.rights import DESK
from services.premises.views.cases import odd_choice
from services.premises.views.desk import next_waiting
from services.shared.identity import Person, may
from services.shared.web.acting import acting
from services.shared.web.asked import Id
from services.shared.web.notices import redirect

Version = Annotated[int, Form(ge=1)]


async def onward(request: Request, person: Person, at: DeskTools, notice: str, after: str = "") -> Response:
    """Go on to the next visit that waits and that nobody else has open, or back to the list."""
    taken = at.attending.others(person.name, at.tools.clock.now())
    async with at.tools.database.reading() as session:
        following, left = await next_waiting(session, after, tuple(taken))
    at.attending.left(person.name)
    if following is None:
        ending = "Nothing else is waiting." if not taken else "What else is waiting, others have open."
        return redirect(request, "/premises", f"{notice} {ending}".strip())
    waiting = "1 more is waiting." if left == 1 else f"{left} more are waiting."
    said = f"{notice} {waiting} This is the next." if notice else ""
    return redirect(request, f"/premises/cases/{following}", said)


def placing_router(at: DeskTools) -> APIRouter:
    """Return what placing a visit, being asked back, and putting it back do."""
    router = APIRouter(prefix="/premises", tags=["premises"], include_in_schema=False)

    @router.post("/cases/{visit_id}/confirm")
    async def confirm(
        request: Request,
        visit_id: Id,
        premises_id: Annotated[str, Form(min_length=1, max_length=64, pattern=NO_NUL)],
        version: Version,
        learn: Annotated[str, Form(max_length=3)] = "",
        sure: Annotated[str, Form(max_length=3)] = "",
        person: Person = may(*DESK),
    ) -> Response:
        """Place the visit on the premises that was chosen, with one click or key; what is odd is asked back first."""
        async with acting("premises", at.tools, person, request) as work:
            if sure != "yes" and (await odd_choice(work, at.keeper.snapshot, visit_id, version, premises_id)).odd:
                chosen = urlencode({"premises_id": premises_id, "version": version})
                return redirect(request, f"/premises/cases/{visit_id}/check?{chosen}")
            premises, learnt = await confirm_premises(
                work, at.keeper.snapshot, Choice(visit_id, version), premises_id, learn=learn == "yes"
            )
        also = f" The matcher has learnt the name “{learnt.name}”: take it back under Learnt names." if learnt else ""
        where = ", ".join(part for part in (premises.name, premises.address) if part)[:160]
        return await onward(request, person, at, f"The visit is placed and goes on: {where}.{also}")

    @router.get("/cases/{visit_id}/check")
    async def check(
        request: Request,
        visit_id: Id,
        premises_id: Annotated[str, Query(min_length=1, max_length=64, pattern=NO_NUL)],
        version: Annotated[int, Query(ge=1)],
        person: Person = may(*DESK),
    ) -> Response:
        """Say what is odd about a choice, and ask whether it is meant."""
        async with at.tools.database.reading() as session:
            shown = await odd_choice(session, at.keeper.snapshot, visit_id, version, premises_id)
        return pages.render(request, "premises/check.html", **vars(shown), version=version)

    @router.post("/cases/{visit_id}/put-back")
    async def undo(request: Request, visit_id: Id, version: Version, person: Person = may(*DESK)) -> Response:
        """Put a visit that was placed wrongly back to waiting, and open it."""
        async with acting("premises", at.tools, person, request) as work:
            await put_back(work, visit_id, version)
        said = "The visit is put back: it is off that premises, what it taught is forgotten, and it waits for you here."
        return redirect(request, f"/premises/cases/{visit_id}", said)

    return router
