"""What watches are asked to have read, who has, and the read log, as other programmes use them."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import Field, StringConstraints
from pydantic_core import to_jsonable_python

from schemas.visit_parts import NO_NUL, Identifier, Part
from schemas.vocabulary import Watch
from services.control.handlers.keeping import Readings
from services.control.handlers.read_log import search_log
from services.control.handlers.to_read import ReadCommand, acknowledge, take_back
from services.control.rules.reading import Channel, LogTyped
from services.control.rules.rights import LOG_READERS, TO_READ, WHO_READ
from services.control.rules.watches import Watches
from services.control.store.to_read import OwedLine
from services.control.views.to_read import to_read, who_read
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.acting import acting, cause_of
from services.shared.web.paging import PageNumber

Narrowed = Annotated[str, StringConstraints(max_length=100, pattern=NO_NUL), Query()]


class HaveRead(Part):
    """Which revision of which record a watch has read, as the list of what is to be read names it."""

    premises_id: Identifier
    revision: int = Field(ge=1, le=2**31 - 1)
    watch: Watch


def line_answer(line: OwedLine) -> dict[str, Any]:
    """Return one record that a watch is asked to have read."""
    told = {name: value for name, value in vars(line).items() if name not in ("of", "is_ended")}
    answer: dict[str, Any] = to_jsonable_python({**vars(line.of), **told})
    return answer


def to_read_api(tools: Tools, readings: Readings, watches: Watches) -> APIRouter:
    """Return the routes of what is to be read, of who read it, and of the read log."""
    router = APIRouter(prefix="/api/v1/control", tags=["control"])

    def command(person: Person, body: HaveRead) -> ReadCommand:
        return ReadCommand(person, body.premises_id, body.revision, body.watch, Channel.PROGRAMME)

    @router.get("/to-read")
    async def read_list(
        watch: Watch | None = None, page: PageNumber = 1, person: Person = may(*TO_READ)
    ) -> dict[str, Any]:
        """Return what a watch of one's own station has to read, the first to be due first, and what it read today."""
        found = await to_read(tools, person, watches, watch or "", page)
        return {
            "station": found.station,
            "watch": found.watch,
            "watches": found.watches,
            "to_read": [line_answer(line) for line in found.lines],
            "read_today": [line_answer(line) for line in found.read_today],
            "total": found.page.total,
            "page": found.page.number,
            "pages": found.page.last,
            "says": found.page.words,
        }

    @router.post("/to-read/acknowledge")
    async def acknowledge_one(request: Request, body: HaveRead, person: Person = may(*TO_READ)) -> dict[str, Any]:
        """Keep that a watch has read a record; 409 where who says so has not opened it, or it has changed since."""
        async with acting("control", tools, person, request) as work:
            kept = await acknowledge(command(person, body), watches, work)
        return {"premises_id": kept.of.premises_id, "watch": kept.of.watch, "version": kept.opened_version}

    @router.post("/to-read/take-back")
    async def take_back_one(request: Request, body: HaveRead, person: Person = may(*TO_READ)) -> dict[str, Any]:
        """Take an acknowledgement back, on the day it was given: the watch is asked again."""
        async with acting("control", tools, person, request) as work:
            kept = await take_back(command(person, body), watches, work)
        return {"premises_id": kept.of.premises_id, "watch": kept.of.watch}

    @router.get("/to-read/watches")
    async def read_watches(
        station: Narrowed = "", page: PageNumber = 1, person: Person = may(*WHO_READ)
    ) -> dict[str, Any]:
        """Return which watches owe a reading, how long, and the share acknowledged in time (measure 13)."""
        found = await who_read(tools, person, station, page)
        return {
            "watches": to_jsonable_python(found.watches),
            "longest": to_jsonable_python(found.longest),
            "owed": found.owed,
            "late": found.late,
            "percent_in_time": found.percent,
            "on_no_ground": found.on_no_ground,
            "page": found.page.number,
            "pages": found.page.last,
            "says": found.page.words,
        }

    @router.get("/reads")
    async def read_log(
        request: Request,
        premises_id: Narrowed = "",
        who: Narrowed = "",
        first: Narrowed = "",
        last: Narrowed = "",
        channel: Channel | None = None,
        version: Narrowed = "",
        page: PageNumber = 1,
        person: Person = may(*LOG_READERS),
    ) -> dict[str, Any]:
        """Return who opened which record between two UK days (the last seven), newest first; the search is kept."""
        typed = LogTyped(premises_id, who, first, last, channel, version)
        async with readings.kept(person, cause_of("control", person, request), Channel.PROGRAMME) as access:
            found = await search_log(typed, page, access)
        return {
            "first": found.wanted.first,
            "last": found.wanted.last,
            "reads": to_jsonable_python(found.lines),
            "total": found.page.total,
            "is_more": found.is_more,
            "page": found.page.number,
            "pages": found.page.last,
            "says": found.page.words,
        }

    return router
