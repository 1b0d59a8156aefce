"""The page of what has no record yet: the highest expected level first, narrowed by rule and station."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from schemas.visit_parts import NO_NUL
from services.risk_register.pages import pages
from services.risk_register.presenters.gaps import counts_by_rule, counts_by_station, gap_address, rules_to_choose
from services.risk_register.presenters.narrowing import page_link, station_wanted, stations_to_choose
from services.risk_register.rules.gaps import GapWanted
from services.risk_register.rules.rights import DESK
from services.risk_register.views.gaps import gap_page
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.paging import PageNumber

Asked = Annotated[str, Query(max_length=64, pattern=NO_NUL)]


def gaps_router(tools: Tools) -> APIRouter:
    """Return the page of what has no record yet."""
    router = APIRouter(prefix="/oversight/gaps", tags=["oversight"], include_in_schema=False)

    @router.get("")
    async def show_gaps(
        request: Request, rule: Asked = "", station: Asked = "", page: PageNumber = 1, person: Person = may(*DESK)
    ) -> HTMLResponse:
        """Show a page of what ought to have a record and has none."""
        wanted = GapWanted(rule or None, station_wanted(station))
        found = await gap_page(tools, wanted, page)
        rules = found.table.rules
        return pages.render(
            request,
            "review/gaps.html",
            found=found,
            words={each.code: each.words for each in rules},
            by_rule=counts_by_rule(rules, found.by_rule, wanted),
            by_station=counts_by_station(found.by_station, wanted),
            rules=rules_to_choose(rules, wanted.rule),
            stations=stations_to_choose(found.by_station, wanted.station),
            link=page_link(gap_address(wanted)),
            everything=GapWanted(),
        )

    return router
