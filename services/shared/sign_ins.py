"""Sign-ins: a browser's session or a machine's token, what of it is kept, and whose it is at this moment."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.shared.local_users import RING, find_user, is_stamped, save_users
from services.shared.stamps import Stamps
from services.shared.tables import LocalUser, SignIn

SESSION_HOURS = 12
TOKEN_DAYS = 30


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
    expires_at: datetime


def person_of(user: LocalUser) -> Person:
    """Return a user as whoever signs in."""
    return Person(user.name, tuple(user.roles), user.station, user.watch)


def _stamp(kept: SignIn, stamps: Stamps) -> str:
    return stamps.of(
        "sign-in",
        kept.secret_hash,
        kept.kind,
        kept.user_name,
        kept.roles,
        kept.station,
        kept.watch,
        kept.csrf_token,
        kept.made_at,
        kept.expires_at,
    )


def _is_ours(kept: SignIn, stamps: Stamps) -> bool:
    return secrets.compare_digest(kept.stamp, _stamp(kept, stamps))


async def begin_sign_in(session: AsyncSession, person: Person, kind: str, now: datetime, stamps: Stamps) -> str:
    """Keep a new session ("session") or token ("token") and return its secret, which is kept nowhere.

    It never gives more than the roles it was made with, nor more than its user has when it is used.
    """
    secret = secrets.token_urlsafe(32)
    lasts = timedelta(hours=SESSION_HOURS) if kind == "session" else timedelta(days=TOKEN_DAYS)
    kept = SignIn(
        secret_hash=stamps.of("secret", secret),
        kind=kind,
        user_name=person.name,
        roles=list(person.roles),
        station=person.station,
        watch=person.watch,
        csrf_token=secrets.token_urlsafe(24),
        made_at=now,
        expires_at=now + lasts,
    )
    kept.stamp = _stamp(kept, stamps)
    session.add(kept)
    return secret


async def let_in(session: AsyncSession, person: Person, kind: str, now: datetime, stamps: Stamps) -> str:
    """Sign somebody in who need not be a user yet: they are made one without a password. For local systems alone.

    One who is a user has these roles too from now on.
    """
    user = await find_user(session, person.name, stamps)
    roles = [] if user is None else user.roles
    if user is None:
        user = LocalUser(name=person.name, password_hash="", roles=[], station=person.station, watch=person.watch)
    if not set(person.roles) <= set(roles):
        user.roles = [*roles, *(role for role in person.roles if role not in roles)]
        await save_users(session, [user], stamps)
    return await begin_sign_in(session, person, kind, now, stamps)


async def end_sign_in(session: AsyncSession, secret: str, now: datetime, stamps: Stamps) -> None:
    """End a session or token at once."""
    found = await session.get(SignIn, stamps.of("secret", secret))
    if found is not None and found.ended_at is None:
        found.ended_at = now
        session.add(found)
        await session.execute(RING)


async def who_holds(session: AsyncSession, secret: str, kind: str, now: datetime, stamps: Stamps) -> SignedIn | None:
    """Return who a secret belongs to, with the roles they have at this moment.

    None if it is unknown, ended or past its time, was not made by this system, or if its user was removed or has none
    of its roles any more.
    """
    return (await who_hold(session, [(stamps.of("secret", secret), kind)], now, stamps))[0]


async def who_hold(
    session: AsyncSession, held: Sequence[tuple[str, str]], now: datetime, stamps: Stamps
) -> list[SignedIn | None]:
    """Return who each of many secrets belongs to, as `who_holds` says; each is given by its hash, with its kind."""
    wanted = (
        select(SignIn, LocalUser)
        .join(LocalUser, col(LocalUser.name) == col(SignIn.user_name))
        .where(col(SignIn.secret_hash).in_({secret_hash for secret_hash, _ in held}))
        .where(col(SignIn.ended_at).is_(None), SignIn.expires_at > now, col(LocalUser.removed_at).is_(None))
    )
    known = {(found.secret_hash, found.kind): (found, user) for found, user in (await session.exec(wanted)).all()}
    return [_signed_in(*known[each], stamps) if each in known else None for each in held]


def _signed_in(found: SignIn, user: LocalUser, stamps: Stamps) -> SignedIn | None:
    if not _is_ours(found, stamps) or not is_stamped(user, stamps):
        return None
    roles = tuple(role for role in found.roles if role in user.roles)
    if not roles:
        return None
    return SignedIn(
        Person(user.name, roles, found.station, found.watch),
        found.csrf_token,
        found.kind == "session",
        found.expires_at,
    )


async def owner_of_form(session: AsyncSession, csrf_token: str, stamps: Stamps) -> str | None:
    """Return whose sign-in a form's token was made for, whether it still lasts or not; None if nobody's."""
    if not csrf_token:
        return None
    wanted = select(SignIn).where(SignIn.csrf_token == csrf_token, SignIn.kind == "session")
    found = (await session.exec(wanted.limit(1))).first()
    return found.user_name if found is not None and _is_ours(found, stamps) else None


async def end_all_sign_ins(session: AsyncSession, user_name: str, now: datetime) -> int:
    """End every session and token of a person at once, and return how many there were."""
    wanted = select(SignIn).where(SignIn.user_name == user_name, col(SignIn.ended_at).is_(None))
    lasting = (await session.exec(wanted)).all()
    for found in lasting:
        found.ended_at = now
        session.add(found)
    await session.execute(RING)
    return len(lasting)
