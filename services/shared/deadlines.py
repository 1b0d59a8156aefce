"""Deadlines: rows that fall due are dealt with by one process at a time, by a clock that a test can set."""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from services.shared.clock import Clock
from services.shared.database import Database, is_out_of_reach
from services.shared.event_log import Cause
from services.shared.transactions import Work, transaction

logger = logging.getLogger(__name__)

LookAgain = Callable[[Work, datetime], Awaitable[int]]
LOOK_EVERY_S = 2.0


@dataclass(frozen=True)
class Deadline:
    """What a service deals with when it falls due, how often it looks, and how long it rests after a piece of work."""

    deal: LookAgain
    every_s: float = LOOK_EVERY_S
    rest_s: float = 0.0


class Deadlines:
    """Looks again and again whether anything has fallen due, and has it dealt with in one transaction.

    `deal` is given the unit of work and the time, and answers how many rows it dealt with. Of several processes the one
    that holds the advisory lock does the work; the lock goes with its transaction, so a dead leader leaves nothing.
    After each piece of work it rests for `rest_s`, so that others get their turn.
    """

    def __init__(
        self,
        service: str,
        database: Database,
        clock: Clock,
        deal: LookAgain,
        *,
        every_s: float = LOOK_EVERY_S,
        rest_s: float = 0.0,
    ) -> None:
        self._service = service
        self._database = database
        self._clock = clock
        self._deal = deal
        self._every_s, self._rest_s = every_s, rest_s
        digest = hashlib.sha256(f"ravi/deadlines/{service}".encode()).digest()
        self._lock = int.from_bytes(digest[:8], "big", signed=True)

    async def step(self) -> int:
        """Deal with what is due now; return how many rows it was, 0 if another process is at it."""
        cause = Cause(source=self._service, actor=self._service, correlation_id="deadlines")
        async with transaction(self._database, self._clock, cause) as work:
            leads = (
                await work.execute(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": self._lock})
            ).scalar_one()
            return await self._deal(work, self._clock.now()) if leads else 0

    async def run(self) -> None:
        """Look for ever; a database that is away is waited for."""
        while True:
            try:
                dealt_with = await self.step()
            except Exception as problem:
                if not is_out_of_reach(problem):
                    raise
                dealt_with = 0
                logger.warning("%s: the database is out of reach; deadlines wait", self._service)
            await asyncio.sleep(self._rest_s if dealt_with else self._every_s)
