"""The local users of a test's database, made once and copied, with passwords that cost next to nothing to check.

A hash says itself what it costs, so nothing of the product is changed for it; what a real one costs is measured with
names that nobody has, and users are made at full cost in tests/shared/test_identity.py.
"""

from argon2 import PasswordHasher

from schemas.vocabulary import Role
from services.command_line.wiring import LOCAL_STATION
from services.shared.event_log import Cause
from services.shared.local_users import save_users
from services.shared.service import Tools
from services.shared.tables import LocalUser
from services.shared.transactions import transaction

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


async def make_cheap_local_users(tools: Tools) -> None:
    """Make the users that `make_local_users` makes: what `template` of a module that needs them is filled with."""
    users = [
        LocalUser(name=role.value, password_hash=CHEAP.hash(role.value), roles=[role.value], station=LOCAL_STATION)
        for role in Role
    ]
    async with transaction(tools.people, tools.clock, Cause("platform", "test", "test")) as session:
        await save_users(session, users, tools.stamps)
