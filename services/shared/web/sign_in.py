"""Signing in and out, the home page by role, and tokens for machines; local users only on a local system."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from services.domain.working_time import UK
from services.shared.event_log import Cause
from services.shared.identity import COOKIE, Person, anyone, may
from services.shared.local_users import find_user
from services.shared.passwords import TooBusy, is_password
from services.shared.service import Banner, NavigationItem, Tools
from services.shared.sign_ins import SESSION_HOURS, begin_sign_in, end_sign_in, person_of, who_holds
from services.shared.transactions import transaction
from services.shared.web.guessing import guess_of, remember_browser
from services.shared.web.held_forms import HeldForm, ask_to_send_again, closed, opened
from services.shared.web.notices import redirect
from services.shared.web.templating import render
from services.shared.web.visitors import welcome

# A form that nobody is signed in for yet is guarded by a cookie that has to come back in the form.
FORM_COOKIE = "ravi_form"
WRONG = "The name or the password is wrong. On a local system the password is the same as the name."
OPEN_TOO_LONG = "This page was open too long: try again."
TOO_MANY_AT_ONCE = "Too many people are signing in at this moment. Wait a few seconds, and try again."
BUSY_FOR_S = 5
NOT_YOURS = "What had been written on this page is not shown: it was another person's, or more than 12 hours old."

Menu = Sequence[NavigationItem]


def is_secure(request: Request) -> bool:
    """Return whether a cookie may travel by HTTPS alone: it came so (as a trusted proxy says), or it must."""
    tools: Tools = request.app.state.tools
    return request.url.scheme == "https" or tools.settings.is_production


def too_often(wait_s: int, now: datetime) -> str:
    """Return the words for somebody who tried too many passwords, known or not: when to try again."""
    minutes = -(-wait_s // 60)
    wait = f"{wait_s} seconds" if wait_s < 60 else f"{minutes} minute{'' if minutes == 1 else 's'}"
    at = f"{(now + timedelta(seconds=wait_s + 30)).astimezone(UK):%H:%M}"
    return f"There were too many tries with a wrong name or password. Wait {wait}, until {at}, and try again."


@dataclass(frozen=True)
class Refusal:
    """Why nobody is signed in, and how many seconds to wait before the next try, 0 for none."""

    words: str
    wait_s: int = 0


async def _guessed(request: Request, name: str, password: str) -> Person | Refusal:
    """Return whose name and password these are; only tries that fail are counted."""
    tools: Tools = request.app.state.tools
    guess = guess_of(request, name, tools.stamps, tools.clock.now())
    wait_s = tools.limits.take(guess)
    if wait_s:
        return Refusal(too_often(wait_s, tools.clock.now()), wait_s)
    try:
        person = await check_password(tools, name, password)
    except TooBusy:
        tools.limits.give_back(guess)
        return Refusal(TOO_MANY_AT_ONCE, BUSY_FOR_S)
    if person is None:
        return Refusal(WRONG)
    tools.limits.give_back(guess)
    return person


async def check_password(tools: Tools, name: str, password: str) -> Person | None:
    """Return the local user whose name and password these are, or None; raises `TooBusy`.

    No connection is held while the password is hashed.
    """
    if tools.settings.is_production:
        return None
    async with tools.people.reading() as session:
        user = await find_user(session, name, tools.stamps)
    return person_of(user) if await is_password(password, user.password_hash if user else None) and user else None


def local_path(asked: str) -> str:
    """Return the page to go to after sign-in: one of ours, never another site's."""
    return asked if asked.startswith("/") and not asked.startswith(("//", "/\\")) else "/"


def ask_to_sign_in(
    request: Request,
    next_page: str = "/",
    name: str = "",
    errors: tuple[dict[str, str], ...] = (),
    held: HeldForm | None = None,
    held_text: str = "",
    status_code: int = 0,
) -> Response:
    """Return the page that asks for a name and a password; what was written and not sent waits in it, closed."""
    tools: Tools = request.app.state.tools
    form_token = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(24)
    response = render(
        request,
        "sign_in.html",
        status_code=status_code or (422 if errors else 200),
        next_page=local_path(next_page),
        name=name or (held.owner if held else ""),
        errors=errors,
        form_token=form_token,
        held_text=closed(held, tools.vault) if held else held_text,
        is_local=not tools.settings.is_production,
    )
    response.set_cookie(FORM_COOKIE, form_token, httponly=True, samesite="strict", secure=is_secure(request))
    return response


def _add_home(router: APIRouter, navigation: Menu) -> None:
    @router.get("/", dependencies=[anyone()])
    async def home(request: Request) -> Response:
        """Show each role its own work."""
        if request.state.person is None:
            return RedirectResponse("/sign-in", 303)
        mine = [item for item in navigation if set(item.roles) & set(request.state.person.roles)]
        return render(request, "home.html", mine=mine)


def _add_sign_out(router: APIRouter, tools: Tools) -> None:
    @router.post("/sign-out")
    async def sign_out(request: Request, person: Person = may()) -> Response:
        """End the session here and in the database."""
        cause = Cause("platform", person.name, request.state.correlation_id)
        async with transaction(tools.people, tools.clock, cause) as work:
            await end_sign_in(work, request.cookies.get(COOKIE, ""), tools.clock.now(), tools.stamps)
            work.note(f"user/{person.name}", "signed out")
        tools.sign_ins.forget()
        response = redirect(request, "/sign-in", "You are signed out.")
        response.delete_cookie(COOKIE)
        return response


async def _page_after_sign_in(
    request: Request, person: Person, secret: str, held_text: str, navigation: Menu, banners: Sequence[Banner]
) -> Response:
    """Return what somebody had written before they signed in, to be sent at their word; nobody else's."""
    tools: Tools = request.app.state.tools
    held = opened(held_text, person.name, tools.vault, tools.clock.now())
    if held is None:
        return redirect(request, "/", NOT_YOURS, "warning")
    async with tools.people.reading() as session:
        signed_in = await who_holds(session, secret, "session", tools.clock.now(), tools.stamps)
    welcome(request, signed_in, navigation, banners)
    return ask_to_send_again(request, held)


def sign_in_router(tools: Tools, navigation: Menu, banners: Sequence[Banner] = ()) -> APIRouter:
    """Return the routes of sign-in and home."""
    router = APIRouter(tags=["sign-in"], include_in_schema=False)

    _add_home(router, navigation)
    _add_sign_out(router, tools)

    @router.get("/sign-in", dependencies=[anyone()])
    async def sign_in_page(request: Request, next: str = "/") -> Response:
        """Ask for a name and a password."""
        return ask_to_sign_in(request, next)

    @router.post("/sign-in", dependencies=[anyone()])
    async def sign_in(
        request: Request,
        name: Annotated[str, Form(max_length=100)] = "",
        password: Annotated[str, Form(max_length=200)] = "",
        next_page: Annotated[str, Form(max_length=500)] = "/",
        form_token: Annotated[str, Form(max_length=100)] = "",
        held_form: Annotated[str, Form()] = "",
    ) -> Response:
        """Sign a local user in; production has no local users. What they had written is shown to them again."""

        def refused(words: str, wait_s: int = 0) -> Response:
            errors = ({"text": words, "href": "#name"},)
            status = 429 if wait_s else 422
            answer = ask_to_sign_in(request, next_page, name, errors, held_text=held_form, status_code=status)
            if wait_s:
                answer.headers["Retry-After"] = str(wait_s)
            return answer

        expected = request.cookies.get(FORM_COOKIE, "")
        if not expected or not secrets.compare_digest(expected.encode(), form_token.encode()):
            return refused(OPEN_TOO_LONG)
        person = await _guessed(request, name, password)
        if isinstance(person, Refusal):
            return refused(person.words, person.wait_s)
        cause = Cause("platform", person.name, request.state.correlation_id)
        async with transaction(tools.people, tools.clock, cause) as work:
            secret = await begin_sign_in(work, person, "session", tools.clock.now(), tools.stamps)
            work.note(f"user/{person.name}", "signed in")
        response: Response = RedirectResponse(local_path(next_page), 303)
        if held_form:
            response = await _page_after_sign_in(request, person, secret, held_form, navigation, banners)
        response.set_cookie(
            COOKIE,
            secret,
            max_age=SESSION_HOURS * 3600,
            httponly=True,
            samesite="lax",
            secure=is_secure(request),
        )
        remember_browser(response, person.name, tools.stamps, tools.clock.now(), secure=is_secure(request))
        response.delete_cookie(FORM_COOKIE)
        return response

    return router
