"""The pages of the help that people agreed to tell of: the buildings of which something is held, and one of them."""

from typing import Any

from fastapi import APIRouter, Request, Response

from services.domain.working_time import local_date
from services.referrals.handlers.needs import needs_held
from services.referrals.pages import pages
from services.referrals.presenters.needs import building_shown, held_shown, home_words, list_address, review_tabs
from services.referrals.rules.buildings import Home, Review
from services.referrals.rules.needs import ENTERERS, WITHDRAWERS
from services.referrals.rules.purposes import NeedsPurpose
from services.referrals.store.buildings import find_home
from services.referrals.views.buildings import buildings_held
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.acting import acting
from services.shared.web.asked import Id
from services.shared.web.paging import PageNumber


def needs_pages(tools: Tools) -> APIRouter:
    """Return the routes of the list, and of one building."""
    router = APIRouter(prefix="/referrals/needs", tags=["pages"], include_in_schema=False)

    @router.get("")
    async def list_page(
        request: Request, review: Review | None = None, number: PageNumber = 1, person: Person = may(*WITHDRAWERS)
    ) -> Response:
        """List the buildings of which something is held, the first to be asked again first."""
        found = await buildings_held(tools, review, number)
        link = list_address(review)
        return pages.render(
            request,
            "referrals/needs_list.html",
            page=found.page,
            rows=[building_shown(row) for row in found.rows],
            tabs=review_tabs(found.counts, review),
            review=review,
            link=f"{link}{'&' if review else '?'}page=",
            may_enter=person.has(*ENTERERS),
        )

    @router.get("/{premises_id}")
    async def needs_page(request: Request, premises_id: Id, person: Person = may(*WITHDRAWERS)) -> Response:
        """List what is held of a building, flat by flat."""
        shown = await held_at(tools, request, premises_id, person, NeedsPurpose.LOOK_AFTER)
        return pages.render(request, "referrals/needs.html", may_enter=person.has(*ENTERERS), **shown)

    return router


async def held_at(
    tools: Tools, request: Request, premises_id: str, person: Person, purpose: NeedsPurpose
) -> dict[str, Any]:
    """Return what a building is called and what is held of it, flat by flat; that it was read, and why, is kept."""
    async with acting("referrals", tools, person, request) as work:
        units = await needs_held(premises_id, person, work, tools.vault, purpose)
        found, today = await find_home(work, premises_id), local_date(work.now)
    home = found[0] if found else Home(premises_id, "", "", "")
    return {
        "premises_id": premises_id,
        "name": home_words(home),
        "is_known": found is not None,
        "units": [held_shown(unit, today) for unit in units],
    }
