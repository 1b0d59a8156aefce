"""Embedded delivery: each service reads the event log with a cursor of its own and handles what it hears."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager

from services.shared.clock import Clock
from services.shared.cursors import move_cursor, read_on, take_cursor
from services.shared.database import Database, is_out_of_reach
from services.shared.event_log import Cause, LoggedEvent, read_urgent_after
from services.shared.messaging.delivery import (
    STOP_AFTER,
    Failing,
    Failure,
    deliver,
    deliver_apart,
    failure_of,
    pause,
)
from services.shared.quarantine import put_in_quarantine, raw_copy
from services.shared.service import Service
from services.shared.telemetry import STOPPED
from services.shared.transactions import Work, transaction

logger = logging.getLogger(__name__)

BATCH = 50
URGENT_BATCH = 50
POLL_S = 1.0


class Reader:
    """One service's cursor over the log.

    Each batch is one transaction: effects, inbox marks and the cursor move together. If anything in it fails it is
    undone and gone through again, then with a savepoint an event.
    """

    def __init__(self, service: Service, database: Database, clock: Clock, woken: asyncio.Event) -> None:
        self.service = service
        self._database = database
        self._clock = clock
        self._woken = woken
        self._topics: Sequence[str] = tuple(service.handlers)
        self._tries: dict[int, int] = {}
        self._is_behind = False
        self._left_in_turn: set[int] = set()
        self._failures_in_a_row = 0
        self.stopping = asyncio.Event()
        self.stopped_itself = False

    async def run(self) -> None:
        """Read until told to stop, or until a run of failures says that something is wrong with us."""
        if not self._topics:
            return
        STOPPED.labels(self.service.name).set(0)
        away = 0.1
        while not self.stopping.is_set() and not self.stopped_itself:
            self._woken.clear()
            try:
                moved, pause_s = await self.step()
                away = 0.1
            except Exception as problem:
                if not is_out_of_reach(problem):
                    logger.exception("%s: reading the log failed", self.service.name)
                away = min(away * 2, 10.0)
                await pause(away, self.stopping)
                continue
            if pause_s:
                await pause(pause_s, self.stopping)
            elif moved < BATCH:  # what has been said since then has rung the bell since then
                await self._wait_for_the_bell()
                if self.service.gathers_s:
                    await pause(self.service.gathers_s, self.stopping)

    def wake(self) -> None:
        """Have it look now whether there is something to hear, or whether it is to stop."""
        self._woken.set()

    async def _wait_for_the_bell(self) -> None:
        try:
            await asyncio.wait_for(self._woken.wait(), POLL_S)
        except TimeoutError:
            return

    async def step(self) -> tuple[int, float]:
        """Handle one batch; return how many events were passed and how long to wait before a further try.

        Who is behind hears what is urgent first.
        """
        if self._is_behind:
            await self._urgent_ones()
        if not self._tries:
            try:
                return await self._all_at_once()
            except Exception as problem:
                if is_out_of_reach(problem):
                    raise
        return await self._one_by_one()

    async def _all_at_once(self) -> tuple[int, float]:
        """Handle a batch in which nothing fails: marks, effects and cursor, each for all events together."""
        async with self._transaction() as work:
            read = await self._read_on(work)
            if read is None:
                return 0, POLL_S
            _, events = read
            self._is_behind = len(events) == BATCH
            if events:
                ours = [event.envelope for event in events if event.only_for in (None, self.service.name)]
                await deliver(self.service, ours, work, reached=events[-1].position)
        if events:
            self._failures_in_a_row = 0
        return len(events), 0.0

    async def _urgent_ones(self) -> None:
        """Hear what is urgent before its turn, each key's events in their order; the cursor passes them by later.

        Their marks in the inbox see to it that they are dealt with once. What fails here is left to its turn.
        """
        urgent: list[LoggedEvent] = []
        try:
            async with self._transaction() as work:
                begun = await take_cursor(work, self.service.name, self._clock.now())
                if begun is None:
                    return
                self._left_in_turn = {position for position in self._left_in_turn if position > begun}
                urgent = await read_urgent_after(
                    work,
                    begun,
                    reader=self.service.name,
                    topics=self._topics,
                    left_in_turn=self._left_in_turn,
                    limit=URGENT_BATCH,
                )
                ours = [event.envelope for event in urgent if event.only_for in (None, self.service.name)]
                await deliver(self.service, ours, work)
        except Exception as problem:
            if is_out_of_reach(problem):
                raise
            logger.warning("%s: what is urgent waits for its turn: %s", self.service.name, type(problem).__name__)
            self._left_in_turn |= {event.position for event in urgent}

    async def _one_by_one(self) -> tuple[int, float]:
        """Handle a batch in which something fails: a savepoint for each event keeps what the others did."""
        async with self._transaction() as work:
            read = await self._read_on(work)
            if read is None:
                return 0, POLL_S
            begun, events = read
            passed, pause_s, reached = 0, 0.0, begun
            for event in events:
                if event.only_for in (None, self.service.name):
                    failure = await self._try(event, work)
                    if failure is not None:
                        pause_s = self._next_pause(event, failure)
                        if pause_s or self.stopped_itself:
                            break
                        raw = raw_copy(event.envelope, f"event log {event.position}")
                        await put_in_quarantine(work, self.service.name, raw, failure)
                reached = event.position
                self._tries.pop(event.position, None)
                passed += 1
            if reached != begun:
                await move_cursor(work, self.service.name, reached, self._clock.now())
        return passed, pause_s

    async def _read_on(self, work: Work) -> tuple[int, list[LoggedEvent]] | None:
        """Return how far this reader was and what comes next; None while another process holds its cursor."""
        return await read_on(work, self.service.name, self._clock.now(), topics=self._topics, limit=BATCH)

    def _transaction(self) -> AbstractAsyncContextManager[Work]:
        cause = Cause(source=self.service.name, actor=self.service.name, correlation_id="reader")
        return transaction(self._database, self._clock, cause)

    async def _try(self, event: LoggedEvent, work: Work) -> Failure | None:
        try:
            await deliver_apart(self.service, event.envelope, work)
        except Exception as problem:
            if is_out_of_reach(problem):
                raise
            failure = failure_of(problem)
            level = logging.ERROR if failure.cause == Failing.DEFECT else logging.WARNING
            logger.log(level, "%s: event %s: %s", self.service.name, event.envelope.id, failure.explanation)
            return failure
        self._failures_in_a_row = 0
        return None

    def _next_pause(self, event: LoggedEvent, failure: Failure) -> float:
        """Return the pause before a further try; 0 when it is time for quarantine (or for stopping)."""
        tries = self._tries.get(event.position, 0)
        if tries < len(failure.pauses_s):
            self._tries[event.position] = tries + 1
            return failure.pauses_s[tries]
        self._failures_in_a_row += 1
        if self._failures_in_a_row >= STOP_AFTER:
            self.stopped_itself = True
            STOPPED.labels(self.service.name).set(1)
            logger.critical("%s: %d messages in a row failed: stopped", self.service.name, self._failures_in_a_row)
        return 0.0
