"""Protection as other programmes use it: notices in force, one building, and the feed of all three kinds."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import Field, StringConstraints
from pydantic_core import to_jsonable_python

from schemas.visit_parts import Line as Words
from schemas.visit_parts import Part
from services.protection.handlers.feeding import Fed, cause_of_feed, feed
from services.protection.rules.feeds import FeedKind, Line, passed_over, reasons_to_refuse_source, reference_of
from services.protection.rules.rights import READERS, WRITERS
from services.protection.views.lists import files_page, notices_in_force
from services.protection.views.one import one_premises
from services.shared.errors import Refused
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.asked import Id
from services.shared.web.paging import PageNumber, say_pages

MOST_LINES = 1_000
Column = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Value = Annotated[str, StringConstraints(max_length=1_000)]


class FeedBody(Part):
    """Lines as a file would have them, by the names of its columns, and where they come from."""

    source: Words
    lines: tuple[dict[Column, Value | None], ...] = Field(max_length=MOST_LINES)


def protection_api(tools: Tools) -> APIRouter:
    """Return the routes of Protection."""
    router = APIRouter(prefix="/api/v1/protection", tags=["protection"])

    @router.get("/notices")
    async def read_notices(
        request: Request, response: Response, page: PageNumber = 1, person: Person = may(*READERS)
    ) -> dict[str, Any]:
        """Return a page of the notices that nobody has lifted, the first to end first, and how many there are."""
        found = await notices_in_force(tools, page)
        say_pages(request, response, found.page)
        rows = [_told(each.record) | {"premises": asdict(each.premises)} for each in found.placed]
        return {"notices": rows, "total": found.page.total, "page": found.page.number, "says": found.page.words}

    @router.get("/premises/{premises_id}")
    async def read_premises(premises_id: Id, person: Person = may(*READERS)) -> dict[str, Any]:
        """Return all that is held of the building that a premises is, or is a part of, and what is said of it."""
        found = await one_premises(tools, premises_id)
        return {
            "premises": asdict(found.premises),
            "fire_safety": found.says.model_dump(mode="json"),
            "likelihood_raised_by": len(found.reasons),
            "because": list(found.reasons),
            "notices": [_told(each) for each in found.building.notices],
            "audits": [_told(each) for each in found.building.audits],
            "incidents": [_told(each) for each in found.building.fires],
        }

    @router.post("/feed/{kind}")
    async def take_feed(
        request: Request, kind: FeedKind, body: FeedBody, person: Person = may(*WRITERS)
    ) -> dict[str, Any]:
        """Take in lines of one kind: the good ones are kept, each bad one is told with what is wrong with it."""
        if found := reasons_to_refuse_source(body.source):
            raise Refused(found[0].reason, found)
        lines = [
            Line(number, {name: value or "" for name, value in fields.items()})
            for number, fields in enumerate(body.lines, 1)
        ]
        fed = Fed(kind, body.source, "by the interface", person.name)
        cause = cause_of_feed(person.name, request.state.correlation_id)
        load, answers = await feed(tools.database, tools.clock, fed, lines, cause)
        told: dict[str, Any] = to_jsonable_python(asdict(load))
        given = {name for fields in body.lines for name in fields}
        return told | {
            "passed_over": passed_over(kind, given),
            "lines": [
                {
                    "line": each.line.number,
                    "reference": reference_of(kind, each.line),
                    "outcome": each.outcome,
                    "errors": [asdict(reason) for reason in each.refusal.reasons] if each.refusal else [],
                }
                for each in answers
            ],
        }

    @router.get("/loads")
    async def read_loads(page: PageNumber = 1, person: Person = may(*READERS)) -> dict[str, Any]:
        """Return what the last files and messages did, and a page of the refused lines that wait."""
        found = await files_page(tools, page)
        return {
            "loads": [to_jsonable_python(asdict(load)) for load in found.loads],
            "waiting": [to_jsonable_python(asdict(each)) for each in found.waiting],
            "total": found.page.total,
            "says": found.page.words,
        }

    return router


def _told(record: Any) -> dict[str, Any]:
    """Return a record as it is told: not the line it was fed with, nor whom a notice was served on."""
    told: dict[str, Any] = to_jsonable_python(asdict(record))
    return {name: value for name, value in told.items() if name not in ("fed", "served_on")}
