"""Photographs, plans and scans for devices: how much of one is held, and the next part of it."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from services.shared.errors import Refused
from services.shared.event_log import Cause
from services.shared.identity import Person, may
from services.shared.problems import refused
from services.shared.web.asked import Hash, Id
from services.shared.web.bodies import TooSlow, parts_of
from services.visits.handlers.arriving import Arrivals, Held, WrongKind, WrongOffset
from services.visits.rules.media import LARGEST_BYTES, is_taken_as, read_range
from services.visits.rules.rights import SENDERS

OFFSET, COMPLETE = "Upload-Offset", "Upload-Complete"
HEADERS = {
    OFFSET: {"description": "How many bytes are held", "schema": {"type": "integer"}},
    COMPLETE: {"description": "`true` once the whole is held and its hash agrees", "schema": {"type": "string"}},
}
TOO_LARGE = f"this is more than {LARGEST_BYTES // 1024 // 1024} MB: make it smaller and list it with a visit of its own"
TOO_SLOW = "the rest did not come in time: what came is kept, so send what follows the offset held"
BAD_RANGE = "write Content-Range as: bytes 0-999/2000 (first and last byte, of how many), as long as the body is"
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    },
    "parameters": [
        {
            "name": "Content-Range",
            "in": "header",
            "required": False,
            "description": "Which bytes these are, such as `bytes 0-999/2000`; without it, the whole from its start",
            "schema": {"type": "string"},
        }
    ],
}


class HeldBytes(BaseModel):
    """How much of a file is held: bytes from its start, and whether that is the whole."""

    sha256: str
    offset: int
    complete: bool


ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"model": HeldBytes, "headers": HEADERS, "description": "Held whole before: nothing was taken"},
    201: {"model": HeldBytes, "headers": HEADERS, "description": "Held whole, and the hash agrees"},
    202: {"model": HeldBytes, "headers": HEADERS, "description": "Taken; parts are still missing"},
    400: {"description": "The range cannot be read, or more came than it says"},
    404: {"description": "No such visit, or not one whose photographs one may send"},
    409: {
        "x-problem-types": ["wrong-offset"],
        "headers": HEADERS,
        "description": "The part does not begin at the offset held, which the answer says",
    },
    413: {"description": "More than 15 MB"},
    415: {"description": "Not the kind of file that the visit lists"},
    503: {
        "x-problem-types": ["busy", "full"],
        "description": "Too many at once, or visits that go first: send it again after `Retry-After` seconds",
    },
    422: {"description": "Not in the list of the visit, of another size, or the whole has another hash"},
}


def media_api(arrivals: Arrivals) -> APIRouter:
    """Return the routes by which photographs, plans and scans are sent."""
    router = APIRouter(prefix="/api/v1/visits/{visit_id}/media/{sha256}", tags=["visits"])

    @router.head(
        "", responses={200: {"headers": HEADERS, "description": "How much of it is held, from 0"}, 503: ANSWERS[503]}
    )
    async def head_medium(request: Request, visit_id: Id, sha256: Hash, person: Person = may(*SENDERS)) -> Response:
        """Say how much of a file that a visit lists is held: 0 if nothing is."""
        listed = await arrivals.listed(visit_id.lower(), sha256, person, brings=False)
        held = await arrivals.held(listed, _by(person, request))
        return Response(headers=_headers(held))

    @router.put("", status_code=201, responses=ANSWERS, openapi_extra=BODY)
    async def put_medium(request: Request, visit_id: Id, sha256: Hash, person: Person = may(*SENDERS)) -> Response:
        """Take a part of a file that a visit lists, or the whole of it; a line that is cut loses nothing that came."""
        listed = await arrivals.listed(visit_id.lower(), sha256, person, brings=True)
        if not is_taken_as(request.headers.get("content-type", ""), listed):
            raise WrongKind
        part = read_range(request.headers.get("content-range"), _length(request))
        if part is None:
            raise Refused(BAD_RANGE, status=400)
        if max(part.begins + (part.count or 0), part.total or 0) > LARGEST_BYTES:
            raise Refused(TOO_LARGE, status=413)
        try:
            held = await arrivals.take(listed, part, parts_of(request.receive), _by(person, request))
        except WrongOffset as wrong:
            answer = refused(request, wrong)
            answer.headers[OFFSET] = str(wrong.offset)
            return answer
        except TooSlow:
            raise Refused(TOO_SLOW, status=408) from None
        body = HeldBytes(sha256=sha256, offset=held.offset, complete=held.is_whole)
        status = 202 if not held.is_whole else 201 if held.is_new else 200
        return JSONResponse(body.model_dump(), status, _headers(held))

    return router


def _by(person: Person, request: Request) -> Cause:
    return Cause("visits", person.name, request.state.correlation_id)


def _headers(held: Held) -> dict[str, str]:
    return {OFFSET: str(held.offset), **({COMPLETE: "true"} if held.is_whole else {})}


def _length(request: Request) -> int | None:
    written = request.headers.get("content-length", "")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 13 else None
