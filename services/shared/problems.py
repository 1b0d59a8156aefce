"""How a failure is told: RFC 9457 problem details to a machine, a page that says what to do to a person."""

import logging
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException

from services.shared.database import is_out_of_reach
from services.shared.errors import FieldReason, Refused
from services.shared.identity import FormOutOfDate, NotSignedIn, SignedIn
from services.shared.telemetry import DEFECTS
from services.shared.web.held_forms import ask_to_send_again, form_to_hold
from services.shared.web.problem_pages import problem_page
from services.shared.web.readable import pointer
from services.shared.web.sign_in import ask_to_sign_in

logger = logging.getLogger(__name__)

API = "/api/"
MOST_REASONS = 50
TYPE = "urn:ravi:problem:"
TYPES = {
    400: ("bad-request", "The request cannot be read"),
    401: ("not-signed-in", "Sign in first"),
    403: ("not-allowed", "Not allowed"),
    404: ("not-found", "Not found"),
    405: ("method-not-allowed", "This address does not take that method"),
    408: ("too-slow", "The rest of the request never came"),
    409: ("conflict", "Somebody else was first"),
    413: ("too-large", "Too large"),
    415: ("unsupported-media-type", "This address takes JSON"),
    422: ("invalid", "Some of what was sent cannot be accepted"),
    429: ("too-many-requests", "Too many requests: wait a little"),
    500: ("our-fault", "Something went wrong on our side"),
    503: ("not-available", "Not available at this moment"),
}


def wants_html(request: Request) -> bool:
    """Return whether the answer is for a person's browser rather than for a machine."""
    return not request.scope["path"].startswith(API) and "text/html" in request.headers.get("accept", "")


def problem(request: Request, status: int, detail: str, reasons: tuple[FieldReason, ...] = (), **more: Any) -> Response:
    """Return a failure in the form that its asker understands; `detail` says what to do, never a sent value."""
    name, title = TYPES.get(status, TYPES[500 if status >= 500 else 400])
    if wants_html(request):
        return problem_page(request, status, detail, reasons)
    body: dict[str, Any] = {"type": f"{TYPE}{name}", "title": title, "status": status, "detail": detail}
    if reasons:
        body["errors"] = [{"pointer": reason.pointer, "reason": reason.reason} for reason in reasons]
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return JSONResponse(body | more, status, headers, media_type="application/problem+json")


async def _refused(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refused)
    if isinstance(refusal, NotSignedIn) and wants_html(request) and request.method == "GET":
        return RedirectResponse(f"/sign-in?next={quote(request.scope['path'])}", 303)
    if isinstance(refusal, NotSignedIn | FormOutOfDate) and wants_html(request) and request.method == "POST":
        return await _held(request, refusal)
    return refused(request, refusal)


def refused(request: Request, refusal: Refused) -> Response:
    """Return a refusal with its own kind, if it has one, and when to come again, if it says so."""
    own = {"type": f"{TYPE}{refusal.kind}", "title": refusal.title} if refusal.kind else {}
    answer = problem(request, refusal.status, str(refusal), refusal.reasons, **own)
    answer.headers.update(refusal.headers)
    if refusal.retry_after_s:
        answer.headers["Retry-After"] = str(refusal.retry_after_s)
    return answer


async def _held(request: Request, refusal: Refused) -> Response:
    """Keep what was written: ask to sign in, or (after an earlier sign-in of the same person) to send it again."""
    held = await form_to_hold(request)
    signed_in: SignedIn | None = getattr(request.state, "signed_in", None)
    if held is not None and signed_in is None:
        return ask_to_sign_in(request, held=held, status_code=refusal.status)
    if held is not None and signed_in is not None and held.owner == signed_in.person.name:
        return ask_to_send_again(request, held, refusal.status)
    return problem(request, refusal.status, str(refusal))


async def _not_valid(request: Request, invalid: Exception) -> Response:
    assert isinstance(invalid, RequestValidationError)
    errors = invalid.errors()
    if any(error["type"] == "json_invalid" for error in errors):
        return problem(request, 400, "the body is not JSON: check that it was sent whole")
    reasons = tuple(FieldReason(pointer(tuple(error["loc"][1:])), error["msg"]) for error in errors[:MOST_REASONS])
    return problem(request, 422, f"{len(errors)} fields cannot be accepted: mend them and send again", reasons)


async def _http(request: Request, failure: Exception) -> Response:
    assert isinstance(failure, HTTPException)
    words = {404: "there is nothing at this address", 405: "this address does not take that method"}
    answer = problem(request, failure.status_code, words.get(failure.status_code, str(failure.detail)))
    if failure.status_code == 405:
        answer.headers["Allow"] = ", ".join(methods_taken(request))
    return answer


def methods_taken(request: Request) -> list[str]:
    """Return the methods that the address of a request takes, by all the routes that share it."""
    methods: set[str] = set()
    for route in request.app.routes:
        found = getattr(route, "path_regex", None)
        if found is not None and found.match(request.scope["path"]):
            methods |= set(getattr(route, "methods", None) or ("GET", "HEAD"))
    return sorted(methods)


async def our_fault(request: Request, failure: Exception) -> Response:
    """Answer a defect of ours, or a database that is away, without a word of what was being handled."""
    if is_out_of_reach(failure):
        return problem(request, 503, "the database is out of reach for the moment: try again in a few seconds")
    noted = defect(request, failure)
    return problem(request, 500, f"it has been noted under {noted}: tell whoever runs this system")


def defect(request: Request, failure: Exception) -> str:
    """Note a defect of ours by its place, without a word of what was being handled; return what it is noted under."""
    correlation_id = str(getattr(request.state, "correlation_id", ""))
    frame = failure.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame else "?"
    logger.error("defect %s at %s, correlation %s", type(failure).__name__, place, correlation_id)
    DEFECTS.labels("web").inc()
    return correlation_id


def install(app: FastAPI) -> None:
    """Make an app tell every failure in these ways."""
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(RequestValidationError, _not_valid)
    app.add_exception_handler(HTTPException, _http)
