"""What the forms of Protection share: what was typed, and a page that says what is wrong and keeps it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from fastapi import Query, Request, Response
from pydantic import StringConstraints

from schemas.visit_parts import NO_NUL
from services.protection.pages import pages
from services.shared.errors import Refused
from services.shared.web.forms import form_errors

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
    return pages.render(
        request,
        page,
        typed=dict(typed),
        **form_errors(problem, form)._asdict(),
        **more,
    )
