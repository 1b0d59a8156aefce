"""The desk: what waits, what is in hand, what is finished, for each desk that a person works at."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel.ext.asyncio.session import AsyncSession

from services.referrals.pages import pages
from services.referrals.presenters.lists import in_order, row_of
from services.referrals.rules.desks import Desk, desks_of
from services.referrals.rules.rights import READERS, Sight, may_work, sights_of
from services.referrals.store.desk import count_waiting, list_filed
from services.referrals.views.alarms import gone_up_to
from services.shared.identity import Person, may
from services.shared.service import Tools


def address_of(desk: Desk | None) -> str:
    """Return the address of a desk's page: a number, so that nothing is told by it."""
    return f"/referrals?desk={desk.number}" if desk else "/referrals"


def desk_pages(tools: Tools) -> APIRouter:
    """Return the route of the desks."""
    router = APIRouter(tags=["pages"], include_in_schema=False)

    @router.get("/referrals")
    async def desk_page(request: Request, desk: str = "", show: str = "", person: Person = may(*READERS)) -> Response:
        """Show one desk; a desk that is not one's own is told no differently from one that does not exist."""
        mine = desks_of(person.roles)
        chosen = next((each for each in mine if str(each.number) == desk), None)
        if chosen is None and desk:
            return RedirectResponse("/referrals", 303)
        chosen, finished = chosen or mine[0], show == "finished"
        async with tools.database.reading() as session:
            found = await list_filed(session, _sights(person, chosen), finished=finished)
            tabs = [await _tab(session, each, chosen, person) for each in mine]
            went_up, went_up_total = await gone_up_to(person, session)
        rows = [
            row_of(filed) | {"works": may_work(person.roles, filed.kind)}
            for filed in (found if finished else in_order(found))
        ]
        return pages.render(
            request,
            "referrals/desk.html",
            desk=chosen,
            tabs=tabs,
            here=address_of(chosen),
            finished=finished,
            listed=rows,
            went_up=[row_of(filed) for filed in went_up],
            went_up_total=went_up_total,
            works=any(row["works"] for row in rows),
            waiting=[row for row in rows if row["waits"]],
            in_hand=[row for row in rows if not row["waits"]],
        )

    return router


async def _tab(session: AsyncSession, desk: Desk, chosen: Desk, person: Person) -> dict[str, Any]:
    waiting = await count_waiting(session, _sights(person, desk))
    return {"text": desk.words, "href": address_of(desk), "count": waiting, "active": desk == chosen}


def _sights(person: Person, desk: Desk) -> tuple[Sight, ...]:
    return sights_of(person.roles, person.station, desk.kinds)
