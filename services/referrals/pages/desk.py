"""The desk: what is open, the most urgent first, and what is finished, for each desk that a person works at."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel.ext.asyncio.session import AsyncSession

from services.referrals.pages import pages
from services.referrals.presenters.lists import row_of
from services.referrals.rules.desks import Desk, desks_of
from services.referrals.rules.needs import WITHDRAWERS
from services.referrals.rules.rights import READERS, may_work
from services.referrals.views.alarms import gone_up_to
from services.referrals.views.desk import one_page, waiting_for
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.paging import PageNumber


def address_of(desk: Desk | None) -> str:
    """Return the address of a desk's page: a number, so that nothing is told by it."""
    return f"/referrals?desk={desk.number}" if desk else "/referrals"


def desk_pages(tools: Tools) -> APIRouter:
    """Return the route of the desks."""
    router = APIRouter(tags=["pages"], include_in_schema=False)

    @router.get("/referrals")
    async def desk_page(
        request: Request, number: PageNumber = 1, desk: str = "", show: str = "", person: Person = may(*READERS)
    ) -> Response:
        """Show one desk; a desk that is not one's own is told no differently from one that does not exist."""
        mine = desks_of(person.roles)
        chosen = next((each for each in mine if str(each.number) == desk), None)
        if chosen is None and desk:
            return RedirectResponse("/referrals", 303)
        chosen, finished = chosen or mine[0], show == "finished"
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

    return router


async def _tab(session: AsyncSession, desk: Desk, chosen: Desk, person: Person) -> dict[str, Any]:
    waiting = await waiting_for(person, desk.kinds, session)
    return {"text": desk.words, "href": address_of(desk), "count": waiting, "active": desk == chosen}
