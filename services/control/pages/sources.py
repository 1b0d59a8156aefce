"""The pages of the undertakers' files of hydrants and of the plans for wide-area events."""

from fastapi import APIRouter, Request, Response

from services.control.pages.assets import pages
from services.control.rules.rights import KNOW_ALL_PLANS, READERS
from services.control.rules.sources import SourceKind, is_old
from services.control.views.surroundings import area_plans_for, source_files
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.paging import PageNumber
from services.shared.web.words import as_date


def source_pages(tools: Tools) -> APIRouter:
    """Return the routes of both pages."""
    router = APIRouter(prefix="/control", include_in_schema=False)

    @router.get("/water")
    async def water(request: Request, page: PageNumber = 1, person: Person = may(*READERS)) -> Response:
        """Show each undertaker's last file of hydrants, and the lines of it that were refused."""
        today = as_date(tools.clock.now())
        async with tools.database.reading() as session:
            found = await source_files(session, SourceKind.HYDRANTS, page)
        old = {each.source for each in found.files if is_old(each.dated_on, today)}
        return pages.render(request, "control/water_files.html", found=found, old=old)

    @router.get("/area-plans")
    async def area_plans(request: Request, page: PageNumber = 1, person: Person = may(*READERS)) -> Response:
        """List the plans for wide-area events, the first to be reviewed first."""
        today = as_date(tools.clock.now())
        async with tools.database.reading() as session:
            plans = await area_plans_for(session, page, person, today)
            may_see_files = person.has(*KNOW_ALL_PLANS)
            files = await source_files(session, SourceKind.AREA_PLANS, 1) if may_see_files else None
        return pages.render(request, "control/area_plans.html", plans=plans, found=files)

    return router
