"""The users of a local system: made, found, relieved of a role, removed. Production has none."""

from collections.abc import Sequence
from datetime import datetime
from hmac import compare_digest

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.shared.errors import NotFound
from services.shared.event_log import CHANNEL
from services.shared.stamps import Stamps
from services.shared.tables import LocalUser

# What the bell rings when somebody may no longer come in, or no longer as what they were.
SIGN_INS_CHANGED = "sign-ins"
RING = text("SELECT pg_notify(:channel, :what)").bindparams(channel=CHANNEL, what=SIGN_INS_CHANGED)


def stamp_of(user: LocalUser, stamps: Stamps) -> str:
    """Return the stamp that a user has to carry."""
    return stamps.of("user", user.name, user.password_hash, user.roles, user.station, user.watch, user.removed_at)


def is_stamped(user: LocalUser, stamps: Stamps) -> bool:
    """Return whether this system made a user as they stand in the table."""
    return compare_digest(user.stamp, stamp_of(user, stamps))


async def find_user(session: AsyncSession, name: str, stamps: Stamps) -> LocalUser | None:
    """Return a user of this system, None if there is none, they were removed, or the row was not made by us."""
    user = await session.get(LocalUser, name)
    return user if user is not None and user.removed_at is None and is_stamped(user, stamps) else None


async def list_users(session: AsyncSession) -> Sequence[LocalUser]:
    """Return every user who has not been removed, by name, whoever made the row."""
    wanted = select(LocalUser).where(col(LocalUser.removed_at).is_(None)).order_by(LocalUser.name)
    return (await session.exec(wanted)).all()


async def save_users(session: AsyncSession, users: Sequence[LocalUser], stamps: Stamps) -> None:
    """Keep users as they are given; one that stands there already is replaced, whoever wrote the row."""
    if not users:
        return
    for user in users:
        user.stamp = stamp_of(user, stamps)
    made = insert(LocalUser).values([user.model_dump() for user in users])
    columns = {name: made.excluded[name] for name in LocalUser.model_fields if name != "name"}
    await session.execute(made.on_conflict_do_update(index_elements=["name"], set_=columns))
    await session.execute(RING)


async def remove_user(session: AsyncSession, name: str, now: datetime, stamps: Stamps) -> None:
    """Remove a user for good: no password, no role; the name stays taken, so that nothing makes it anew.

    Raises `NotFound` if there is no such user.
    """
    user = await _present(session, name)
    user.roles, user.password_hash, user.removed_at = [], "", now
    user.stamp = stamp_of(user, stamps)
    session.add(user)
    await session.execute(RING)


async def take_role(session: AsyncSession, name: str, role: str, stamps: Stamps) -> None:
    """Take a role away from a user; raises `NotFound` if there is no such user or they do not have it."""
    user = await _present(session, name)
    if not is_stamped(user, stamps):
        raise NotFound(f"the user {name!r} was not made by this system: remove them")
    if role not in user.roles:
        raise NotFound(f"the user {name!r} does not have the role {role!r}")
    user.roles = [each for each in user.roles if each != role]
    user.stamp = stamp_of(user, stamps)
    session.add(user)
    await session.execute(RING)


async def _present(session: AsyncSession, name: str) -> LocalUser:
    user = await session.get(LocalUser, name, with_for_update=True)
    if user is None or user.removed_at is not None:
        raise NotFound(f"there is no user {name!r}")
    return user
