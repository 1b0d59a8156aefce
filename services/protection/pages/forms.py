"""What the forms of Protection share: what was typed, and a page that says what is wrong and keeps it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from fastapi import Form, Query, Request, Response
from pydantic import StringConstraints

from schemas.visit_parts import NO_NUL
from services.protection.pages import pages
from services.shared.errors import Refused

Typed = Annotated[str, StringConstraints(max_length=1000, pattern=NO_NUL), Form()]
Code = Annotated[str, StringConstraints(max_length=64, pattern=NO_NUL), Form()]
Asked = Annotated[str, StringConstraints(max_length=120, pattern=NO_NUL), Query()]
Of = TypeVar("Of", bound=StrEnum)


def code_in(codes: type[Of], typed: str) -> Of | None:
    """Return the code that was chosen, None if it is none of them."""
    return next((code for code in codes if code.value == typed), None)


def render_form(
    request: Request, page: str, problem: Refused | None, typed: Mapping[str, str], *, form: str = "", **more: Any
) -> Response:
    """Return a page with a form; what is wrong stands in the summary and beside its field, what was typed stays.

    `form` begins the ids of the fields that are wrong, where a page has several forms.
    """
    errors = [
        {"href": f"#{form}{reason.pointer.removeprefix('/')}", "text": _sentence(reason.reason)}
        for reason in (problem.reasons if problem else ())
    ]
    if problem and not errors:
        errors = [{"href": "#main-content", "text": _sentence(str(problem))}]
    return pages.render(
        request,
        page,
        status_code=problem.status if problem else 200,
        errors=errors,
        error_at={error["href"].removeprefix("#"): error["text"] for error in errors},
        typed=dict(typed),
        **more,
    )


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
