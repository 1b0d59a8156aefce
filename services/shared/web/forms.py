"""What every page with a form does: take what was typed, and say in the summary and beside its field what is wrong."""

from datetime import date
from typing import Annotated, NamedTuple

from fastapi import Form
from pydantic import StringConstraints

from schemas.visit_parts import NO_NUL
from services.shared.errors import Refused

Typed = Annotated[str, StringConstraints(max_length=1000, pattern=NO_NUL), Form()]
Code = Annotated[str, StringConstraints(max_length=64, pattern=NO_NUL), Form()]


class FormErrors(NamedTuple):
    """What is wrong with a form, as `render` is given it: in the summary, and by the id of the field."""

    status_code: int
    errors: list[dict[str, str]]
    error_at: dict[str, str]


def form_errors(problem: Refused | None, form: str = "") -> FormErrors:
    """Return what is wrong with a form, nothing if nothing is.

    `form` begins the ids of the fields that are meant, where a page has several forms.
    """
    if problem is None:
        return FormErrors(200, [], {})
    errors = [
        {"href": f"#{form}{one.pointer.removeprefix('/')}", "text": _sentence(one.reason)} for one in problem.reasons
    ]
    at = {error["href"].removeprefix("#"): error["text"] for error in errors}
    return FormErrors(problem.status, errors or [{"href": "#main-content", "text": _sentence(str(problem))}], at)


def day_in(typed: str) -> date | None:
    """Return the day that was typed, None if it is none."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
