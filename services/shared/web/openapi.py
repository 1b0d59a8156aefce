"""The OpenAPI document: what FastAPI makes of the routes, and every answer that all of them may give."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from services.shared.identity import Anyone
from services.shared.problems import TYPE, TYPES

PROBLEM = "application/problem+json"
WITH_BODY = frozenset({"post", "put", "patch", "delete"})
# A route that answers a problem of a kind of its own names it beside the answer's words: "x-problem-types".
OWN_TYPES = "x-problem-types"

PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "What went wrong (RFC 9457), and how to mend it. No value that was sent is in it.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "what to do"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "reason"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer (RFC 6901) of the field"},
                    "reason": {"type": "string"},
                },
            },
        },
    },
}


def _problem(status: int, description: str, more_types: tuple[str, ...] = ()) -> dict[str, Any]:
    name, title = TYPES[status]
    types = [f"{TYPE}{each}" for each in (name, *more_types)]
    said = {"properties": {"type": {"enum": types}, "status": {"const": status}}}
    schema = {"allOf": [{"$ref": "#/components/schemas/Problem"}, said]}
    answer: dict[str, Any] = {"description": description or title, "content": {PROBLEM: {"schema": schema}}}
    if status == 401:
        answer["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    if status == 405:
        answer["headers"] = {"Allow": {"schema": {"type": "string"}, "required": True}}
    if status in (429, 503):
        answer["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "seconds to wait"}}
    return answer


def _statuses(method: str, operation: dict[str, Any], is_open: bool) -> Iterator[int]:
    """Yield the status of each problem that an operation may answer."""
    yield from (400, 429, 503)
    if not is_open:
        yield from (401, 403, 404)
    if operation.get("parameters") or "requestBody" in operation:
        yield 422
    if method in WITH_BODY:
        yield from (408, 409, 413, 415)


def _open_paths(app: FastAPI) -> set[str]:
    """Return the paths of routes that are open to all."""
    found: set[str] = set()
    for route in app.routes:
        if isinstance(route, APIRoute) and any(isinstance(each.call, Anyone) for each in route.dependant.dependencies):
            found.add(route.path)
    return found


def openapi_of(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of an application, every status, content type and problem type in it."""
    document = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = PROBLEM_SCHEMA
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    document["components"]["responses"] = {
        TYPES[status][0]: _problem(status, "") for status in sorted(TYPES) if status != 500
    }
    open_paths = _open_paths(app)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _add_problems(method, operation, path in open_paths)
    document["info"]["description"] = (
        "Every answer but a 2xx is a problem (RFC 9457). A method that an address does not take is a 405 "
        "(`method-not-allowed`) that lists in `Allow` those it takes. No answer may be kept by a cache."
    )
    return document


def _add_problems(method: str, operation: dict[str, Any], is_open: bool) -> None:
    answers: dict[str, Any] = operation["responses"]
    if "HTTPValidationError" in str(answers.get("422", "")):
        del answers["422"]
    own = {status for status in answers if int(status) >= 400}
    for status in sorted({*_statuses(method, operation, is_open), *map(int, own)}):
        declared = answers.get(str(status))
        if declared is None:
            answers[str(status)] = {"$ref": f"#/components/responses/{TYPES[status][0]}"}
            continue
        made = _problem(status, declared.get("description", ""), tuple(declared.pop(OWN_TYPES, ())))
        answers[str(status)] = {**made, **declared, "content": {**made["content"], **declared.get("content", {})}}
    operation["responses"] = dict(sorted(answers.items()))
