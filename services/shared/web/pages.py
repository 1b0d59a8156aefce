"""The style guide: every part of our pages on one page, so that a new page copies rather than invents."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from services.shared.clock import Clock, SystemClock
from services.shared.errors import NotFound
from services.shared.identity import anyone
from services.shared.paging import page_of
from services.shared.web.notices import Notice
from services.shared.web.problem_pages import ADVICE, problem_page
from services.shared.web.templating import from_app, render

FAILURES = frozenset(each.value for each in HTTPStatus if each >= 400)


def local_only(request: Request) -> None:
    """Refuse the page, as if it were not there, anywhere but on a local system."""
    settings = from_app(request, "settings")
    if settings is not None and settings.environment != "local":
        raise NotFound("there is nothing at this address")


style_guide_router = APIRouter(
    prefix="/style-guide", dependencies=[anyone(), Depends(local_only)], include_in_schema=False
)


@style_guide_router.get("")
def style_guide(request: Request, layout: Literal["narrow", "wide", "screen"] = "wide") -> HTMLResponse:
    """Show every part, in one of the three layouts."""
    clock: Clock = from_app(request, "clock") or SystemClock()
    now = clock.now()
    sample: dict[str, Any] = {
        "chosen": layout,
        "moments": [now - timedelta(days=days, hours=1) for days in (0, 1, 80, 500)] + [now + timedelta(days=1)],
        "deadlines": [now + timedelta(minutes=minutes) for minutes in (3000, 40, -125, -4000)],
        "half_an_hour_ago": now - timedelta(minutes=30),
        "notices": [Notice("You have claimed the visit to Marlowe House.")],
        "problems": sorted(ADVICE),
        "list_page": page_of(2, 206),
    }
    return render(request, "style_guide_screen.html" if layout == "screen" else "style_guide.html", **sample)


@style_guide_router.get("/form")
def form_with_errors(request: Request) -> HTMLResponse:
    """Show how a form says what is wrong with it."""
    errors = [{"href": "#address", "text": "Enter the address as the crew would say it"}]
    return render(request, "style_guide_form.html", errors=errors)


@style_guide_router.get("/problem/{status}")
def problem(request: Request, status: int) -> HTMLResponse:
    """Show the page for a failure: any that there is."""
    if status not in FAILURES:
        raise NotFound("there is nothing at this address")
    return problem_page(request, status, "this is how the page looks: nothing has failed")
