"""The bell: PostgreSQL tells every waiting reader at once that something was said."""

import asyncio
import logging

import psycopg

from services.shared.event_log import CHANNEL

logger = logging.getLogger(__name__)


class Bell:
    """One LISTEN connection for the whole process; readers wait on events it sets. Polling is the net under it."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._waiting: set[asyncio.Event] = set()

    def subscribe(self) -> asyncio.Event:
        """Return an event that is set whenever the log grows; the reader clears it."""
        event = asyncio.Event()
        self._waiting.add(event)
        return event

    async def run(self) -> None:
        """Listen until cancelled, connecting again whenever the database was away."""
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(self._address, autocommit=True) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self._ring()
                    async for _ in connection.notifies():
                        self._ring()
            except psycopg.Error:
                logger.warning("the bell lost the database; listening again in a second")
            await asyncio.sleep(1)

    def _ring(self) -> None:
        for event in self._waiting:
            event.set()
