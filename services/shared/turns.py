"""Turns: so many at the work, so many waiting, what is urgent first; whoever else comes is told when to come again."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import ceil
from time import monotonic

from services.shared.errors import Refused

LONGEST_WAIT_S = 300
# How much of the newest measure goes into the pace at which turns are over.
NEWEST = 0.1


class Busy(Refused):
    """More have come than can wait here: the sender keeps what it has and comes again after so many seconds."""

    kind = "busy"
    title = "Too many at once"

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(
            f"more is being sent than can be taken at this moment: keep it and send it again in {retry_after_s} s",
            status=503,
        )
        self.retry_after_s = retry_after_s


class Turns:
    """A bounded number at the work and a bounded number waiting; as many again may wait with what is urgent.

    Whoever is refused is given a place after all who were refused before, at the pace at which turns are over: they
    do not all come back at the same moment.
    """

    def __init__(self, at_once: int, waiting: int, clock: Callable[[], float] = monotonic) -> None:
        self._at_once = at_once
        self._most = at_once + waiting
        self._most_urgent = at_once + 2 * waiting
        self._clock = clock
        self._here = 0
        self._working = 0
        self._queue: list[tuple[bool, int, asyncio.Future[None]]] = []
        self._came = 0
        self._pace_s = 0.02
        self._last_over = 0.0
        self._booked_until = 0.0

    @property
    def is_full(self) -> bool:
        """Return whether only what is urgent may still come in."""
        return self._here >= self._most

    @contextmanager
    def inside(self, *, urgent: bool = False) -> Iterator[None]:
        """Come in, to wait or to work; raises `Busy` if there is no room."""
        if self._here >= (self._most_urgent if urgent else self._most):
            raise Busy(self._when_to_come_again(urgent=urgent))
        self._here += 1
        try:
            yield
        finally:
            self._here -= 1

    def _when_to_come_again(self, *, urgent: bool) -> int:
        if urgent:
            return 1
        now = self._clock()
        self._booked_until = max(self._booked_until, now + self._here * self._pace_s) + self._pace_s
        return min(LONGEST_WAIT_S, max(1, ceil(self._booked_until - now)))

    @asynccontextmanager
    async def turn(self, *, urgent: bool = False) -> AsyncIterator[None]:
        """Wait for a turn at the work, what is urgent before the rest, otherwise in the order of coming."""
        if self._working >= self._at_once:
            mine = asyncio.get_running_loop().create_future()
            self._came += 1
            heappush(self._queue, (not urgent, self._came, mine))
            try:
                await mine
            except asyncio.CancelledError:
                if mine.done() and not mine.cancelled():
                    self._next()
                raise
        else:
            self._working += 1
        try:
            yield
        finally:
            self._measure()
            self._next()

    def _next(self) -> None:
        """Hand the turn on to whoever is first, or give it back."""
        while self._queue:
            waits = heappop(self._queue)[2]
            if not waits.done():
                waits.set_result(None)
                return
        self._working -= 1

    def _measure(self) -> None:
        now = self._clock()
        took = min(now - self._last_over, 1.0) if self._queue else self._pace_s
        self._pace_s += NEWEST * (took - self._pace_s)
        self._last_over = now


@dataclass(frozen=True)
class Door:
    """An address at which more may be sent at once than can be worked on, with its turns.

    `is_urgent` is asked of a body of at most `largest` bytes when there is no room for anything else.
    """

    method: str
    path: str
    turns: Turns
    is_urgent: Callable[[bytes], bool] = field(repr=False)
    largest: int = 65_536
