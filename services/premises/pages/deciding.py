"""The decisions of the desk: this premises, a new place, or back to the crew; then on to the next visit."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from schemas.visit_parts import NO_NUL
from services.premises.handlers.attending import Attending
from services.premises.handlers.confirm_premises import Choice, confirm_premises, create_place, return_to_crew
from services.premises.handlers.looking import next_of, open_cases
from services.premises.pages.desk import DESK, by
from services.premises.store.atlas import AtlasKeeper
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.shared.web.notices import redirect

Version = Annotated[int, Form(ge=1)]
Line = Annotated[str, Form(min_length=1, max_length=200, pattern=NO_NUL)]


def deciding_router(tools: Tools, keeper: AtlasKeeper, attending: Attending) -> APIRouter:
    """Return what the buttons of a case do."""
    router = APIRouter(prefix="/premises", tags=["premises"], include_in_schema=False)

    async def onward(request: Request, person: Person, notice: str, after: str = "") -> Response:
        """Go on to the next visit that waits and that nobody else has open, or back to the list."""
        async with tools.database.reading() as session:
            left = await open_cases(session, keeper.atlas)
        taken = attending.others(person.name, tools.clock.now())
        free = [case.visit_id for case in left if case.visit_id not in taken]
        following = next_of(free, [case.visit_id for case in left], after)
        attending.left(person.name)
        if following is None:
            ending = "Nothing else is waiting." if not taken else "What else is waiting, others have open."
            return redirect(request, "/premises", f"{notice} {ending}".strip())
        waiting = "1 more is waiting." if len(left) == 1 else f"{len(left)} more are waiting."
        said = f"{notice} {waiting} This is the next." if notice else ""
        return redirect(request, f"/premises/cases/{following}", said)

    @router.post("/cases/{visit_id}/confirm")
    async def confirm(
        request: Request,
        visit_id: str,
        premises_id: Annotated[str, Form(min_length=1, max_length=64, pattern=NO_NUL)],
        version: Version,
        learn: Annotated[str, Form(max_length=3)] = "",
        person: Person = may(*DESK),
    ) -> Response:
        """Place the visit on the premises that was chosen, with one click or key."""
        async with transaction(tools.database, tools.clock, by(person, request)) as session:
            premises, learnt = await confirm_premises(
                session, keeper.atlas, Choice(visit_id, version), premises_id, learn=learn == "yes"
            )
        also = f" The matcher has learnt the name “{learnt.name}”: take it back under Learnt names." if learnt else ""
        where = ", ".join(part for part in (premises.name, premises.address) if part)[:160]
        return await onward(request, person, f"The visit is placed and goes on: {where}.{also}")

    @router.post("/cases/{visit_id}/create")
    async def create(
        request: Request,
        visit_id: str,
        address: Line,
        where: Line,
        version: Version,
        name: Annotated[str, Form(max_length=120, pattern=NO_NUL)] = "",
        person: Person = may(*DESK),
    ) -> Response:
        """Make a place of a point or a site that has no address, and put the visit there."""
        async with transaction(tools.database, tools.clock, by(person, request)) as session:
            await create_place(session, keeper.atlas, Choice(visit_id, version), name, address, where)
        return await onward(request, person, "The place is in the gazetteer, and the visit goes on.")

    @router.post("/cases/{visit_id}/return")
    async def send_back(
        request: Request,
        visit_id: str,
        version: Version,
        why: Annotated[str, Form(min_length=10, max_length=300, pattern=NO_NUL)],
        person: Person = may(*DESK),
    ) -> Response:
        """Send the visit back to the crew with what they should find out."""
        async with transaction(tools.database, tools.clock, by(person, request)) as session:
            await return_to_crew(session, Choice(visit_id, version), why)
        return await onward(request, person, "The crew has been told why the visit could not be placed.")

    @router.get("/cases/{visit_id}/next")
    async def leave(request: Request, visit_id: str, person: Person = may(*DESK)) -> Response:
        """Leave a visit as it is, and go on to the one after it."""
        return await onward(request, person, "", after=visit_id)

    return router
