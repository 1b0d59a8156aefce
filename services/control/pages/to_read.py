"""The pages of reading: what a watch has to read, which watches owe a reading, and the read log."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import StringConstraints

from schemas.visit_parts import NO_NUL
from services.control.handlers.keeping import Readings
from services.control.handlers.read_log import LogFound, search_log
from services.control.handlers.to_read import ReadCommand, acknowledge, take_back
from services.control.pages.assets import pages
from services.control.presenters.to_read import (
    CHANNELS,
    channel_words,
    log_link,
    purpose_words,
    read_words,
    watch_words,
    why_words,
)
from services.control.rules.reading import Channel, LogTyped
from services.control.rules.rights import LOG_READERS, TO_READ, WHO_READ, WHO_READ_EVERYWHERE
from services.control.rules.watches import Watches
from services.control.rules.who_read import percent_in_time
from services.control.views.to_read import to_read, who_read
from services.shared.errors import Refused
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.acting import acting, cause_of
from services.shared.web.forms import Code, form_errors
from services.shared.web.notices import redirect
from services.shared.web.paging import PageNumber

LIST = "/control/to-read"
WATCHES = "/control/who-read"
LOG_PAGE = "/control/who-read/log"
READ = "Kept: your watch has read it. If that was a mistake, take it back today."
TAKEN_BACK = "Taken back: your watch is asked again."
Narrowed = Annotated[str, StringConstraints(max_length=100, pattern=NO_NUL), Query()]
Revision = Annotated[int, Form(ge=1, le=2**31 - 1)]
pages.environment.globals |= {
    "channel_words": channel_words,
    "log_link": log_link,
    "purpose_words": purpose_words,
    "read_words": read_words,
    "share": percent_in_time,
    "watch_words": watch_words,
    "why_words": why_words,
}


def to_read_pages(tools: Tools, watches: Watches) -> APIRouter:
    """Return the page of what is to be read, and what its buttons do."""
    router = APIRouter(prefix=LIST, include_in_schema=False)

    @router.get("")
    async def show_list(
        request: Request, watch: Narrowed = "", page: PageNumber = 1, person: Person = may(*TO_READ)
    ) -> Response:
        """Show what a watch of one's own station has to read, the first to be due first."""
        found = await to_read(tools, person, watches, watch, page)
        may_see = person.has(*WHO_READ)
        return pages.render(
            request, "control/to_read.html", found=found, path=LIST, who_read=WATCHES if may_see else ""
        )

    @router.post("/acknowledge")
    async def acknowledge_one(
        request: Request, revision: Revision, premises_id: Code = "", watch: Code = "", person: Person = may(*TO_READ)
    ) -> Response:
        """Keep that a watch has read a record."""
        async with acting("control", tools, person, request) as work:
            kept = await acknowledge(ReadCommand(person, premises_id, revision, watch), watches, work)
        return redirect(request, f"{LIST}?watch={kept.of.watch}", READ)

    @router.post("/take-back")
    async def take_back_one(
        request: Request, revision: Revision, premises_id: Code = "", watch: Code = "", person: Person = may(*TO_READ)
    ) -> Response:
        """Take an acknowledgement back."""
        async with acting("control", tools, person, request) as work:
            kept = await take_back(ReadCommand(person, premises_id, revision, watch), watches, work)
        return redirect(request, f"{LIST}?watch={kept.of.watch}", TAKEN_BACK)

    return router


def who_read_pages(tools: Tools, readings: Readings) -> APIRouter:
    """Return the pages of which watches owe a reading, and of the read log."""
    router = APIRouter(prefix=WATCHES, include_in_schema=False)

    @router.get("")
    async def show_watches(
        request: Request, station: Narrowed = "", page: PageNumber = 1, person: Person = may(*WHO_READ)
    ) -> Response:
        """Show which watches owe a reading, and how many acknowledged in time."""
        found = await who_read(tools, person, station, page)
        everywhere = person.has(*WHO_READ_EVERYWHERE)
        return pages.render(request, "control/who_read.html", found=found, path=WATCHES, everywhere=everywhere)

    @router.get("/log")
    async def show_log(
        request: Request,
        premises_id: Narrowed = "",
        who: Narrowed = "",
        first: Narrowed = "",
        last: Narrowed = "",
        channel: Narrowed = "",
        version: Narrowed = "",
        page: PageNumber = 1,
        person: Person = may(*LOG_READERS),
    ) -> Response:
        """Show who opened which record, newest first; that somebody searched is kept."""
        of_channel = Channel(channel) if channel in CHANNELS else None
        typed = LogTyped(premises_id, who, first, last, of_channel, version)
        found: LogFound | None = None
        problem: Refused | None = None
        try:
            async with readings.kept(person, cause_of("control", person, request)) as access:
                found = await search_log(typed, page, access)
        except Refused as refused:
            problem = refused
        return pages.render(
            request,
            "control/read_log.html",
            found=found,
            typed=vars(typed) | _days(typed, found),
            channels=CHANNELS,
            path=LOG_PAGE,
            all_readers=person.has(*LOG_READERS[1:]),
            **form_errors(problem)._asdict(),
        )

    return router


def _days(typed: LogTyped, found: LogFound | None) -> dict[str, str]:
    if found is None:
        return {"first": typed.first, "last": typed.last}
    return {"first": found.wanted.first.isoformat(), "last": found.wanted.last.isoformat()}
