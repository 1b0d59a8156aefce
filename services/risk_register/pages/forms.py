"""What the forms of the risk team share: what was typed, and a page that says what is wrong and keeps it."""

from datetime import datetime, time
from typing import Any

from fastapi import Request, Response

from services.domain.working_time import UK
from services.risk_register.pages import pages
from services.risk_register.rules.news import REGISTER
from services.shared.errors import Refused
from services.shared.event_log import Cause
from services.shared.identity import Person
from services.shared.web.forms import day_in, form_errors


def by(person: Person, request: Request) -> Cause:
    """Return on whose behalf a form acts."""
    return Cause(REGISTER, person.name, request.state.correlation_id)


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
    return pages.render(
        request,
        page,
        typed={**(usual or {}), **{f"{form}{name}": value for name, value in typed.items()}},
        **form_errors(problem, form)._asdict(),
        **more,
    )
