"""Who is asking, and what they may: sign-in, sessions, bearer tokens, and the roles every route declares."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from fastapi import Depends, Request
from fastapi.params import Depends as DependsOn
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.shared.errors import Refused
from services.shared.tables import LocalUser, SignIn

COOKIE = "ravi_session"
CSRF_HEADER = "x-csrf-token"
CSRF_FIELD = "csrf_token"
SESSION_HOURS = 12
TOKEN_DAYS = 30
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

# OWASP's second recommended setting for argon2id: 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@dataclass(frozen=True)
class Person:
    """Whoever is signed in: a person, or a machine with a token. `station` limits what a crew sees as its own.

    `watch` is None where the sign-in does not say it.
    """

    name: str
    roles: tuple[str, ...]
    station: str | None = None
    watch: str | None = None

    def has(self, *roles: StrEnum) -> bool:
        """Return whether the person has any of these roles."""
        return any(role in self.roles for role in roles)


@dataclass(frozen=True)
class SignedIn:
    """A person with the token that guards their forms; `by_cookie` says whether forms need guarding."""

    person: Person
    csrf_token: str
    by_cookie: bool


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


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password."""
    return _hasher.hash(password)


# Checked when the name is unknown, so that an unknown name takes as long as a wrong password.
_NOBODY = hash_password(secrets.token_hex(16))


async def check_password(session: AsyncSession, name: str, password: str) -> Person | None:
    """Return the local user whose name and password these are, or None."""
    user = await session.get(LocalUser, name)
    try:
        _hasher.verify(user.password_hash if user else _NOBODY, password)
    except (VerifyMismatchError, InvalidHashError):
        return None
    return Person(user.name, tuple(user.roles), user.station, user.watch) if user else None


def _hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


async def begin_sign_in(session: AsyncSession, person: Person, kind: str, now: datetime) -> str:
    """Keep a new session ("session") or token ("token") and return its secret, which is kept nowhere."""
    secret = secrets.token_urlsafe(32)
    lasts = timedelta(hours=SESSION_HOURS) if kind == "session" else timedelta(days=TOKEN_DAYS)
    session.add(
        SignIn(
            secret_hash=_hash_of(secret),
            kind=kind,
            user_name=person.name,
            roles=list(person.roles),
            station=person.station,
            watch=person.watch,
            csrf_token=secrets.token_urlsafe(24),
            made_at=now,
            expires_at=now + lasts,
        )
    )
    return secret


async def end_sign_in(session: AsyncSession, secret: str, now: datetime) -> None:
    """End a session or token at once."""
    found = await session.get(SignIn, _hash_of(secret))
    if found is not None and found.ended_at is None:
        found.ended_at = now
        session.add(found)


async def who_holds(session: AsyncSession, secret: str, kind: str, now: datetime) -> SignedIn | None:
    """Return who a secret belongs to, or None if it is unknown, ended or past its time."""
    found = await session.get(SignIn, _hash_of(secret))
    if found is None or found.kind != kind or found.ended_at is not None or found.expires_at <= now:
        return None
    person = Person(found.user_name, tuple(found.roles), found.station, found.watch)
    return SignedIn(person, found.csrf_token, by_cookie=kind == "session")


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
    async with tools.database.reading() as session:
        return await who_holds(session, secret, kind, tools.clock.now())


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


async def owner_of_form(session: AsyncSession, csrf_token: str) -> str | None:
    """Return whose sign-in a form's token was made for, whether it still lasts or not; None if nobody's."""
    if not csrf_token:
        return None
    wanted = select(SignIn.user_name).where(SignIn.csrf_token == csrf_token, SignIn.kind == "session")
    return (await session.exec(wanted.limit(1))).first()


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
