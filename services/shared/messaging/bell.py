"""The bell: PostgreSQL tells every waiting reader at once that something was said which it hears."""

import asyncio
import logging
from collections.abc import Collection

import psycopg

from services.shared.event_log import CHANNEL

logger = logging.getLogger(__name__)


class Bell:
    """One LISTEN connection for the whole process; readers wait on events it sets. Polling is the net under it."""

    def __init__(self, address: str) -> None:
        self._address = address
        self.is_listening = False
        self._waiting: dict[asyncio.Event, frozenset[str] | None] = {}

    def subscribe(self, topics: Collection[str] | None = None) -> asyncio.Event:
        """Return an event that is set whenever something is said on these topics, or on any; the reader clears it."""
        event = asyncio.Event()
        self._waiting[event] = None if topics is None else frozenset(topics)
        return event

    async def run(self) -> None:
        """Listen until cancelled, connecting again whenever the database was away."""
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(self._address, autocommit=True) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self.is_listening = True
                    self._ring()
                    async for notice in connection.notifies():
                        self._ring(notice.payload)
            except psycopg.Error:
                logger.warning("the bell lost the database; listening again in a second")
            finally:
                self.is_listening = False
            await asyncio.sleep(1)

    def _ring(self, topics: str = "") -> None:
        """Wake those who hear one of the topics; everybody, if none is named."""
        said = topics.split()
        for event, heard in self._waiting.items():
            if not said or heard is None or not heard.isdisjoint(said):
                event.set()
