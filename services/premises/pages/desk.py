"""The list of visits that need a person, and the page that shows one beside its candidates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from schemas.visit_parts import NO_NUL
from services.premises.handlers.attending import Attending
from services.premises.handlers.try_again import try_again
from services.premises.pages import pages
from services.premises.rules.pace import LOOKS
from services.premises.rules.rights import DESK
from services.premises.store.snapshots import SnapshotKeeper
from services.premises.views.cases import open_case, search
from services.premises.views.desk import decided_lately, last_placed, waiting
from services.shared.errors import FieldReason
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.acting import cause_of
from services.shared.web.asked import Id
from services.shared.web.limited import at_most
from services.shared.web.notices import redirect
from services.shared.web.paging import PageNumber


@dataclass(frozen=True)
class DeskTools:
    """What every page of the desk needs: the service's tools, the gazetteer in memory, and who has what open."""

    tools: Tools
    keeper: SnapshotKeeper
    attending: Attending


async def show_case(
    request: Request,
    visit_id: Id,
    person: Person,
    at: DeskTools,
    *,
    q: str = "",
    show_all: bool = False,
    typed: Mapping[str, str] | None = None,
    reasons: Sequence[FieldReason] = (),
) -> Response:
    """Return the page of a case; with what a person had typed in a form and all that has to be mended there."""
    now = at.tools.clock.now()
    async with at.tools.database.reading() as session:
        shown = await open_case(session, at.keeper.snapshot, visit_id, show_all=show_all)
        last = await last_placed(session, at.keeper.snapshot, person.name, now)
        found = await search(session, at.keeper.snapshot, visit_id, q, shown.next_key) if q else []
    at.attending.opened(visit_id, person.name, now)
    wrong = {reason.pointer.removeprefix("/"): reason.reason for reason in reasons}
    return pages.render(
        request,
        "premises/case.html",
        status_code=422 if reasons else 200,
        q=q,
        found=found,
        last=last,
        other=at.attending.others(person.name, now).get(visit_id),
        typed=typed or {},
        wrong=wrong,
        errors=[{"href": f"#{field}", "text": why} for field, why in wrong.items()],
        **vars(shown),
    )


def desk_router(at: DeskTools) -> APIRouter:
    """Return the pages on which people place visits."""
    router = APIRouter(prefix="/premises", tags=["premises"], include_in_schema=False)

    @router.get("")
    async def list_page(
        request: Request,
        number: PageNumber = 1,
        decided: Annotated[int, Query(ge=1, le=100_000)] = 1,
        person: Person = may(*DESK),
    ) -> HTMLResponse:
        """Show which visits need a person, who has them open, and what people decided since yesterday."""
        now = at.tools.clock.now()
        at.attending.left(person.name)
        async with at.tools.database.reading() as session:
            cases = await waiting(session, at.keeper.snapshot, number)
            done = await decided_lately(session, at.keeper.snapshot, now, decided)
            last = await last_placed(session, at.keeper.snapshot, person.name, now)
        return pages.render(
            request,
            "premises/list.html",
            waiting=cases,
            decided=done,
            last=last,
            premises=len(at.keeper.snapshot.gazetteer),
            others=at.attending.others(person.name, now),
        )

    @router.post("/again")
    async def again(request: Request, person: Person = may(*DESK)) -> Response:
        """Ask the gazetteer of today again about every visit that waits."""
        cause = cause_of("premises", person, request)
        placed, tried = await try_again(at.tools.database, at.tools.clock, cause, at.keeper)
        notice = f"{tried} were matched again: {placed} could be placed."
        return redirect(request, "/premises", notice, "success" if placed else "information")

    @router.get("/cases/{visit_id}")
    async def case_page(
        request: Request,
        visit_id: Id,
        q: Annotated[str, Query(max_length=200, pattern=NO_NUL)] = "",
        all_of_them: Annotated[str, Query(alias="all", max_length=3)] = "",
        person: Person = may(*DESK),
    ) -> Response:
        """Show what the crew wrote beside the candidates, in a list and on a map."""
        return await show_case(request, visit_id, person, at, q=q, show_all=all_of_them == "yes")

    @router.get("/cases/{visit_id}/search", dependencies=[at_most("premises looked up", LOOKS)])
    async def search_gazetteer(
        visit_id: Id,
        q: Annotated[str, Query(max_length=200, pattern=NO_NUL)] = "",
        key: Annotated[int, Query(ge=1, le=99)] = 10,
        person: Person = may(*DESK),
    ) -> HTMLResponse:
        """Return the entries that a typed line finds, as part of the page."""
        async with at.tools.database.reading() as session:
            found = await search(session, at.keeper.snapshot, visit_id, q, key)
        part = pages.fragment("premises/found.html", now=at.tools.clock.now(), found=found, q=q)
        return HTMLResponse(part, headers={"Cache-Control": "no-store"})

    return router
