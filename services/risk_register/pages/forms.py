"""What the forms of the risk team share: what was typed, and a page that says what is wrong and keeps it."""

from datetime import date, datetime, time
from typing import Annotated, Any

from fastapi import Form, Request, Response
from pydantic import StringConstraints

from schemas.visit_parts import NO_NUL
from services.domain.working_time import UK
from services.risk_register.pages import pages
from services.risk_register.rules.news import REGISTER
from services.shared.errors import Refused
from services.shared.event_log import Cause
from services.shared.identity import Person

Typed = Annotated[str, StringConstraints(max_length=1000, pattern=NO_NUL), Form()]
Code = Annotated[str, StringConstraints(max_length=64, pattern=NO_NUL), Form()]


def by(person: Person, request: Request) -> Cause:
    """Return on whose behalf a form acts."""
    return Cause(REGISTER, person.name, request.state.correlation_id)


def day_in(typed: str) -> date | None:
    """Return the day that was typed, None if it is none."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def moment_in(day: str, hour: str) -> datetime | None:
    """Return the moment that was typed as a day and a time here, None if it is none."""
    on = day_in(day)
    try:
        return datetime.combine(on, time.fromisoformat(hour), UK) if on else None
    except ValueError:
        return None


def render_form(
    request: Request,
    page: str,
    problem: Refused | None,
    typed: dict[str, str],
    *,
    form: str = "",
    usual: dict[str, str] | None = None,
    **more: Any,
) -> Response:
    """Return a page with a form; what is wrong stands in the summary and beside its field, what was typed stays.

    `form` begins the ids of the fields that are meant, where a page has several forms; `usual` is what stands in
    fields, by their ids, before anybody has typed.
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
        typed={**(usual or {}), **{f"{form}{name}": value for name, value in typed.items()}},
        **more,
    )


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
