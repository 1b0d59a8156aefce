"""The map of oversight: what is due and what has no record on the grounds of the stations, beside the same list."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from schemas.visit_parts import NO_NUL
from services.risk_register.pages import pages
from services.risk_register.presenters.due import levels_to_choose
from services.risk_register.presenters.narrowing import station_wanted, stations_to_choose
from services.risk_register.presenters.plans import WHY_WORDS, plan_path
from services.risk_register.presenters.pressing import map_tabs, marks_of, planned_to_choose, planned_words, under
from services.risk_register.rules.pressing import Pressing, PressingWanted
from services.risk_register.rules.rights import DESK
from services.risk_register.views.pressing import pressing_page
from services.shared.identity import Person, may
from services.shared.service import Tools

Asked = Annotated[str, Query(max_length=64, pattern=NO_NUL)]


def map_router(tools: Tools) -> APIRouter:
    """Return the map of oversight."""
    router = APIRouter(prefix="/oversight/map", tags=["oversight"], include_in_schema=False)

    @router.get("")
    async def show_map(
        request: Request,
        show: Pressing | None = None,
        level: Annotated[str, Query(pattern="^[0-5]?$")] = "",
        station: Asked = "",
        planned: Annotated[str, Query(pattern="^(yes)?$")] = "",
        person: Person = may(*DESK),
    ) -> HTMLResponse:
        """Show what must be visited on a map, and the same in a list."""
        of_level = int(level) if level else None
        wanted = PressingWanted(show, of_level, station_wanted(station), planned=planned == "yes")
        found = await pressing_page(tools, wanted)
        return pages.render(
            request,
            "review/map.html",
            found=found,
            marks=marks_of(found.lines),
            tabs=map_tabs(wanted, found.counts),
            whys=WHY_WORDS,
            levels=levels_to_choose(of_level),
            stations=stations_to_choose(found.stations, wanted.station),
            planned=planned_to_choose(wanted.planned),
            planned_words=planned_words,
            under=under,
            plan_path=plan_path,
            everything=PressingWanted(),
        )

    return router
