"""A system that all tests of a module share: for those that read only, or leave nothing that another of them sees.

To build one, fill it and drop its database takes far longer than to ask it one question.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from services.command_line.wiring import SERVICES
from services.shared.clock import SetClock
from services.shared.database import Database
from services.shared.secrets import Vault
from services.shared.service import Tools
from services.shared.settings import Settings
from tests.builders import NOW
from tests.conftest import EMPTY, fresh_database
from tests.system import System, a_system


@asynccontextmanager
async def lasting_tools(postgres: str, template: str = EMPTY) -> AsyncIterator[Tools]:
    """Give the tools of a service on a database of their own, a copy of the one named, and drop it at the end."""
    with TemporaryDirectory() as folder, fresh_database(postgres, template) as address:
        database = Database(address.replace("postgresql://", "postgresql+psycopg://", 1))
        settings = Settings(data_dir=Path(folder))
        try:
            yield Tools(settings, database, SetClock(NOW), Vault(settings.master_key))
        finally:
            await database.close()


@asynccontextmanager
async def lasting_system(
    postgres: str, names: Sequence[str] = tuple(SERVICES), template: str = EMPTY
) -> AsyncIterator[System]:
    """Give a started system of some services, all of them unless named, on a database of its own."""
    async with lasting_tools(postgres, template) as tools:
        system = await a_system(tools, names)
        try:
            yield system
        finally:
            await system.close()
