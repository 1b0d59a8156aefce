"""Connections for whoever asks control something, kept open while it runs: nobody waits to be given one."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel.ext.asyncio.session import AsyncSession

from services.shared.database import Database

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")

Reader = AsyncSession | AsyncConnection

AT_ONCE = 4
# One in four groups of three letters agrees even after two letters changed places in "king".
LIKENESS = 0.25
OPEN_AGAIN_S = 1.0
# PostgreSQL takes comparing two words for cheap and would read them all: it is told to use the index.
FORGIVING = text(
    "SELECT set_config('pg_trgm.similarity_threshold', :likeness, :for_once), "
    "set_config('enable_seqscan', 'off', :for_once)"
)


class Connections:
    """A few connections on which each statement is a transaction of its own, and which use their indexes to search."""

    def __init__(self, database: Database) -> None:
        self._engine = database.engine
        self._free: asyncio.LifoQueue[AsyncConnection] = asyncio.LifoQueue()
        self._open: set[AsyncConnection] = set()

    async def run(self) -> None:
        """Keep the connections open until cancelled, opening again those that were lost."""
        try:
            while True:
                try:
                    await self.open()
                except DBAPIError as problem:
                    logger.warning("control's connections are not open: %s", type(problem.orig).__name__)
                await asyncio.sleep(OPEN_AGAIN_S)
        finally:
            await self.close()

    async def open(self) -> None:
        """Open those that are not open."""
        while len(self._open) < AT_ONCE:
            connection = await self._engine.connect()
            try:
                await connection.execution_options(isolation_level="AUTOCOMMIT")
                await connection.execute(FORGIVING, {"likeness": str(LIKENESS), "for_once": False})
            except BaseException:
                await _give_back(connection)
                raise
            self._open.add(connection)
            self._free.put_nowait(connection)

    async def close(self) -> None:
        """Close those that are open; whoever uses one at this moment keeps it until they are done."""
        while not self._free.empty():
            connection = self._free.get_nowait()
            self._open.discard(connection)
            await _give_back(connection)
        self._open.clear()

    async def ask(self, question: Callable[[AsyncConnection], Awaitable[Answer]]) -> Answer:
        """Return the answer to a question; it is asked again if the connection was lost while nobody used it."""
        try:
            if self._open:
                return await self._ask_kept(question)
        except DBAPIError as problem:
            if not problem.connection_invalidated:
                raise
            await self.close()
        async with self._engine.begin() as connection:
            await connection.execute(FORGIVING, {"likeness": str(LIKENESS), "for_once": True})
            return await question(connection)

    async def _ask_kept(self, question: Callable[[AsyncConnection], Awaitable[Answer]]) -> Answer:
        connection = await self._free.get()
        try:
            return await question(connection)
        finally:
            if connection in self._open and not connection.invalidated:
                self._free.put_nowait(connection)
            else:
                self._open.discard(connection)
                await _give_back(connection)


async def _give_back(connection: AsyncConnection) -> None:
    """Close a connection for good: it is set otherwise than those of the pool."""
    await connection.invalidate()
    await connection.close()
