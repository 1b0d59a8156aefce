"""The page of what must be seen again: the gravest first, narrowed by state, level and station."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from schemas.visit_parts import NO_NUL
from services.risk_register.pages import pages
from services.risk_register.presenters.due import (
    LEVEL_WORDS,
    STATE_WORDS,
    count_columns,
    due_address,
    due_tabs,
    levels_to_choose,
    overdue_words,
)
from services.risk_register.presenters.narrowing import page_link, station_wanted, station_words, stations_to_choose
from services.risk_register.rules.due import DueState, DueWanted
from services.risk_register.rules.rights import DESK
from services.risk_register.views.due import due_page
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.paging import PageNumber

StationAsked = Annotated[str, Query(max_length=64, pattern=NO_NUL)]


def due_router(tools: Tools) -> APIRouter:
    """Return the page of what must be seen again."""
    router = APIRouter(prefix="/oversight", tags=["oversight"], include_in_schema=False)

    @router.get("")
    async def show_due(
        request: Request,
        show: DueState | None = None,
        level: Annotated[str, Query(pattern="^[0-5]?$")] = "",
        station: StationAsked = "",
        page: PageNumber = 1,
        person: Person = may(*DESK),
    ) -> HTMLResponse:
        """Show a page of what must be seen again."""
        wanted = DueWanted(show, int(level) if level else None, station_wanted(station))
        found = await due_page(tools, wanted, page)
        return pages.render(
            request,
            "review/due.html",
            found=found,
            tabs=due_tabs(wanted, dict(found.counts)),
            states=STATE_WORDS,
            level_words=LEVEL_WORDS,
            levels=levels_to_choose(wanted.level),
            station_words=station_words,
            stations=stations_to_choose(found.by_station, wanted.station),
            due_address=due_address,
            columns=count_columns,
            overdue_words=overdue_words,
            link=page_link(due_address(wanted)),
            everything=DueWanted(),
        )

    return router
