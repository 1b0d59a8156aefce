"""The desk: what is open, the most urgent first, and what is finished, for each desk that a person works at."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import StringConstraints
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.visit_parts import NO_NUL
from services.referrals.pages import pages
from services.referrals.presenters.lists import row_of
from services.referrals.presenters.worklist import address_with, frame_of, narrowed_by
from services.referrals.rules.desks import Desk, desks_of
from services.referrals.rules.needs import WITHDRAWERS
from services.referrals.rules.rights import READERS, SAFE_AND_WELL_KINDS, may_work
from services.referrals.rules.worklist import Narrowed
from services.referrals.views.alarms import gone_up_to
from services.referrals.views.desk import one_page, waiting_for
from services.referrals.views.worklist import worklist
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.paging import PageNumber

Choice = Annotated[str, StringConstraints(max_length=64, pattern=NO_NUL), Query()]


def address_of(desk: Desk | None) -> str:
    """Return the address of a desk's page: a number, so that nothing is told by it."""
    return f"/referrals?desk={desk.number}" if desk else "/referrals"


def desk_pages(tools: Tools) -> APIRouter:
    """Return the route of the desks."""
    router = APIRouter(tags=["pages"], include_in_schema=False)

    @router.get("/referrals")
    async def desk_page(
        request: Request,
        number: PageNumber = 1,
        desk: str = "",
        show: str = "",
        need: Choice = "",
        stage: Choice = "",
        station: Choice = "",
        late: Choice = "",
        person: Person = may(*READERS),
    ) -> Response:
        """Show one desk; a desk that is not one's own is told no differently from one that does not exist."""
        mine = desks_of(person.roles)
        chosen = next((each for each in mine if str(each.number) == desk), None)
        if chosen is None and desk:
            return RedirectResponse("/referrals", 303)
        chosen, finished = chosen or mine[0], show == "finished"
        if chosen.kinds == SAFE_AND_WELL_KINDS and not finished:
            return await by_need(request, chosen, narrowed_by(need, stage, station, late), person, number)
        async with tools.database.reading() as session:
            listed = await one_page(person, chosen.kinds, session, finished=finished, number=number)
            tabs = [await _tab(session, each, chosen, person) for each in mine]
            went_up, went_up_total = await gone_up_to(person, session)
        rows = [row_of(filed) | {"works": may_work(person.roles, filed.kind)} for filed in listed.lines]
        return pages.render(
            request,
            "referrals/desk.html",
            desk=chosen,
            tabs=tabs,
            here=address_of(chosen),
            finished=finished,
            listed=rows,
            page=listed.page,
            went_up=[row_of(filed) for filed in went_up],
            went_up_total=went_up_total,
            looks_after_needs=person.has(*WITHDRAWERS),
            works=any(row["works"] for row in rows),
            waiting=next(tab["count"] for tab in tabs if tab["active"]),
        )

    async def by_need(request: Request, desk: Desk, narrowed: Narrowed, person: Person, number: int) -> Response:
        async with tools.database.reading() as session:
            found = await worklist(person, narrowed, session, tools.clock.now(), number)
            tabs = [await _tab(session, each, desk, person) for each in desks_of(person.roles)]
            went_up, went_up_total = await gone_up_to(person, session)
        here = address_of(desk)
        return pages.render(
            request,
            "referrals/worklist.html",
            desk=desk,
            tabs=tabs,
            here=here,
            link=f"{address_with(here, narrowed)}&page=",
            narrowed=narrowed,
            frame=frame_of(here, narrowed, found.tallies),
            in_time=found.in_time_percent,
            listed=[row_of(filed) | {"works": may_work(person.roles, filed.kind)} for filed in found.listed.lines],
            page=found.listed.page,
            went_up=[row_of(filed) for filed in went_up],
            went_up_total=went_up_total,
        )

    return router


async def _tab(session: AsyncSession, desk: Desk, chosen: Desk, person: Person) -> dict[str, Any]:
    waiting = await waiting_for(person, desk.kinds, session)
    return {"text": desk.words, "href": address_of(desk), "count": waiting, "active": desk == chosen}
