"""Visits for devices and machines: send one, see what became of it, list one's own."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from schemas.visits import VisitReceipt, VisitSubmission
from services.shared.event_log import Cause
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.shared.web.asked import Id
from services.shared.web.editions import NOT_MODIFIED, edition_of, unchanged
from services.shared.web.limited import at_most
from services.visits.handlers.giving_back import open_private
from services.visits.handlers.intake import Intake
from services.visits.presenters.asked import AskedVisits
from services.visits.presenters.given_back import GivenBackVisit, given_back_of
from services.visits.presenters.stories import VisitChanges, listed, story_of
from services.visits.rules.pace import ASKING, INTAKE
from services.visits.rules.reading import read_body
from services.visits.rules.rights import SENDERS, STORY_READERS
from services.visits.views import Whose, asked_of, changes_for, given_back, read_visit, visits_for

# The body is read by us, so that its faults are told in plain words; this says to others what it is.
BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"$id": "urn:ravi:visit-submission:1", **VisitSubmission.model_json_schema()},
            }
        },
    }
}
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"model": VisitReceipt, "description": "Received before: the same receipt"},
    202: {"model": VisitReceipt, "description": "Received: the receipt"},
    400: {"description": "The body is not JSON"},
    409: {"description": "The id is known with other content"},
    413: {"description": "The body is too large: send the words of the visit alone"},
    422: {"description": "Fields to mend, each with its JSON pointer and reason"},
    503: {
        "x-problem-types": ["busy", "full"],
        "description": "Too many at once: keep the visit and send it again after `Retry-After` seconds; `busy`: one "
        "that tells of a danger would have been taken, `full`: that neither",
    },
}
PATH = "/api/v1/visits"
Since = Annotated[str | None, Query(pattern=r"^(0|[1-9][0-9]{0,18})$", description="the `cursor` of the last answer")]


def visits_api(tools: Tools, intake: Intake) -> APIRouter:
    """Return the routes of visits under /api/v1."""
    router = APIRouter(prefix=PATH, tags=["visits"])

    @router.post(
        "", status_code=202, responses=ANSWERS, openapi_extra=BODY, dependencies=[at_most("visits sent", INTAKE)]
    )
    async def post_visit(request: Request, person: Person = may(*SENDERS)) -> Response:
        """Take a visit: 202 and a receipt; the same again 200 and the same receipt; another under its id 409."""
        reading = read_body(await request.body())
        taken = await intake(reading, person, request.state.correlation_id)
        return JSONResponse(taken.receipt.model_dump(mode="json"), 202 if taken.is_new else 200)

    @router.get("")
    async def get_my_visits(whose: Whose = Whose.MINE, person: Person = may(*SENDERS)) -> dict[str, Any]:
        """List the newest 50 visits that one sent, led or was in the crew of, or (an officer in charge) the station's.

        Newest first, each with its state; `total` says how many there are.
        """
        async with tools.database.reading() as session:
            found = await visits_for(person, whose, session)
        return {"visits": [listed(visit) for visit in found.visits], "total": found.total}

    @router.get(
        "/changes",
        response_model=VisitChanges,
        responses=NOT_MODIFIED,
        dependencies=[at_most("changes asked for", ASKING)],
    )
    async def get_changes(request: Request, since: Since = None, person: Person = may(*SENDERS)) -> Response:
        """Tell what became of the visits that one sent, led or was in the crew of, those of which something is new.

        At most the newest 50 of `total`; `since` is the `cursor` of the last answer, none tells of all.
        """
        async with tools.database.reading() as session:
            found = await changes_for(person, since, session)
        edition = edition_of(found.visits, found.total)
        answer = Response(found.model_dump_json(), media_type="application/json", headers={"ETag": edition})
        return unchanged(request, edition) or answer

    @router.get("/asked", response_model=AskedVisits, responses=NOT_MODIFIED)
    async def get_asked(request: Request, person: Person = may(*SENDERS)) -> Response:
        """List the visits that one's own station is asked for, the first due first."""
        async with tools.database.reading() as session:
            asked = await asked_of(person, tools.clock.now(), session)
        edition = edition_of(asked)
        answer = Response(asked.model_dump_json(), media_type="application/json", headers={"ETag": edition})
        return unchanged(request, edition) or answer

    @router.get("/{visit_id}/content")
    async def get_content(request: Request, visit_id: Id, person: Person = may(*SENDERS)) -> GivenBackVisit:
        """Give a visit back to be amended, to its crew or their officer in charge, with its reviewer's comments.

        Its contacts and its entry code to whoever sent or led it alone; what concerns people to nobody.
        """
        cause = Cause("visits", person.name, request.state.correlation_id)
        async with transaction(tools.database, tools.clock, cause) as work:
            found = await given_back(visit_id, person, work)
            private = await open_private(found, work, tools.vault)
        return given_back_of(found.visit, private)

    @router.get("/{visit_id}")
    async def get_visit(visit_id: Id, person: Person = may(*STORY_READERS)) -> dict[str, Any]:
        """Tell the story of a visit: each state with its time."""
        async with tools.database.reading() as session:
            return story_of(await read_visit(visit_id, person, session))

    return router
