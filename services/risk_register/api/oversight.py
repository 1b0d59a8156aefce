"""What is due for review and what has no record yet, as other programmes read it."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query

from schemas.visit_parts import NO_NUL
from services.risk_register.presenters.narrowing import station_wanted
from services.risk_register.rules.due import DueState, DueWanted
from services.risk_register.rules.gaps import GapWanted
from services.risk_register.rules.rights import DESK
from services.risk_register.views.due import due_page
from services.risk_register.views.gaps import gap_page
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.paging import PageNumber

Level = Annotated[int | None, Query(ge=0, le=5)]
Asked = Annotated[str, Query(max_length=64, pattern=NO_NUL)]


def oversight_api(tools: Tools) -> APIRouter:
    """Return the routes of oversight."""
    router = APIRouter(prefix="/api/v1/risk-register", tags=["risk register"])

    @router.get("/due")
    async def read_due(
        show: DueState | None = None,
        level: Level = None,
        station: Asked = "",
        page: PageNumber = 1,
        person: Person = may(*DESK),
    ) -> dict[str, Any]:
        """Return a page of the records that must be seen again, the gravest first, and how many are in each state.

        `station` is `-` for those in no station's ground; level 0 is not scored.
        """
        found = await due_page(tools, DueWanted(show, level, station_wanted(station)), page)
        return {
            "counts": found.counts,
            "by_level": found.by_level,
            "by_station": found.by_station,
            "records": [asdict(line.date) | {"state": line.state, "asked": line.asked} for line in found.lines],
            "total": found.page.total,
            "page": found.page.number,
            "pages": found.page.last,
            "says": found.page.words,
        }

    @router.get("/gaps")
    async def read_gaps(
        rule: Asked = "", station: Asked = "", page: PageNumber = 1, person: Person = may(*DESK)
    ) -> dict[str, Any]:
        """Return a page of the premises that ought to have a record and have none, the highest level expected first.

        `by_rule` counts them in the station that is wanted, `by_station` by the rule; the station `-` is none's ground.
        """
        found = await gap_page(tools, GapWanted(rule or None, station_wanted(station)), page)
        return {
            "rules_version": found.table.version,
            "rules": [asdict(each) for each in found.table.rules],
            "by_rule": found.by_rule,
            "by_station": found.by_station,
            "premises": [asdict(line) for line in found.lines],
            "total": found.page.total,
            "page": found.page.number,
            "pages": found.page.last,
            "says": found.page.words,
        }

    return router
