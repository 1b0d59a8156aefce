"""Who is asking, and what they may: by the session or the token they send, and the roles every route declares."""

import base64
import secrets
from enum import StrEnum

from fastapi import Depends, Request
from fastapi.params import Depends as DependsOn

from services.shared.errors import Refused
from services.shared.sign_ins import Person as Person  # every route that says who may use it names it beside `may`
from services.shared.sign_ins import SignedIn as SignedIn

COOKIE = "ravi_session"
CSRF_HEADER = "x-csrf-token"
CSRF_FIELD = "csrf_token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class NotSignedIn(Refused):
    """Nobody is signed in: a page sends them to sign in, an API answers 401."""

    def __init__(self) -> None:
        super().__init__("sign in first", status=401)


class NotAllowed(Refused):
    """The one who asks may not. The answer never says whether what was asked for exists."""

    def __init__(self, message: str = "your role may not do this: ask your administrator if it should") -> None:
        super().__init__(message, status=403)


class FormOutOfDate(NotAllowed):
    """A form carries the token of another sign-in than the one it comes with."""

    def __init__(self) -> None:
        super().__init__("this form is out of date: go back, load the page again, and send it once more")


def _bearer(request: Request) -> str | None:
    """Return the token of `Authorization: Bearer`, or of HTTP Basic as GIS clients send it (the password)."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[2]
        except ValueError:
            return ""
    return None


async def identify(request: Request) -> SignedIn | None:
    """Return who makes a request, by token or by session cookie; None if nobody is signed in."""
    tools = request.app.state.tools
    token = _bearer(request)
    secret, kind = (token, "token") if token is not None else (request.cookies.get(COOKIE, ""), "session")
    if not secret:
        return None
    memory, secret_hash, now = tools.sign_ins, tools.stamps.of("secret", secret), tools.clock.now()
    known: SignedIn | None = memory.find(secret_hash, kind, now)
    if known is not None:
        return known
    state = memory.state()
    found: SignedIn | None = await tools.looking_up((secret_hash, kind))
    if found is not None:
        memory.keep(secret_hash, kind, found, now, state)
    return found


async def check_csrf(request: Request, signed_in: SignedIn) -> None:
    """Raise unless a form that changes something carries the token of the session it came from."""
    if not signed_in.by_cookie or request.method in SAFE_METHODS:
        return
    given = request.headers.get(CSRF_HEADER, "")
    if not given and request.headers.get("content-type", "").startswith(
        ("application/x-www-form-urlencoded", "multipart/form-data")
    ):
        given = str((await request.form()).get(CSRF_FIELD, ""))
    if not secrets.compare_digest(given.encode(), signed_in.csrf_token.encode()):
        raise FormOutOfDate


class May:
    """A route's declaration of who may use it; with no roles, anyone who is signed in."""

    def __init__(self, *roles: StrEnum) -> None:
        self.roles = roles

    async def __call__(self, request: Request) -> Person:
        signed_in: SignedIn | None = getattr(request.state, "signed_in", None)
        if signed_in is None:
            raise NotSignedIn
        await check_csrf(request, signed_in)
        if self.roles and not signed_in.person.has(*self.roles):
            raise NotAllowed
        return signed_in.person


class Anyone:
    """A route's declaration that it is open to all, such as the sign-in page."""

    async def __call__(self) -> None:
        return None


def may(*roles: StrEnum) -> Person:
    """Declare who may use a route: `person: Person = may(Role.CONTROL)`; gives the handler the person."""
    answer: Person = Depends(May(*roles))
    return answer


def anyone() -> DependsOn:
    """Declare that a route is open to all: `dependencies=[anyone()]`."""
    return DependsOn(Anyone())
