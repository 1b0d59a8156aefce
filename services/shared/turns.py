"""Turns: so many at the work, so many waiting, what is urgent first; whoever else comes is told when to come again."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import ceil, exp
from time import monotonic

from services.shared.errors import Refused

# Further ahead the pace of this moment says little: whoever comes then and finds no room has asked once more, no worse.
LONGEST_WAIT_S = 30
# Who is let in is answered within two seconds: half of them are for what lies between here and whoever asks.
LONGEST_INSIDE_S = 1.0
# So few may always come in, however slow it goes, and the pace is measured while there are no fewer: what is done
# together takes each less time, so of a pace at which fewer were let in, fewer and fewer would be.
FEW = 16
REMEMBERED_S = 2.0
FIRST_PACE_S = 0.02


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


class Full(Busy):
    """There is no room for anybody, however urgent."""

    kind = "full"
    title = "Too many at once, of what is urgent too"


class Turns:
    """A bounded number at the work and a bounded number waiting; as many again may wait with what is urgent.

    Nobody is let in who would wait too long: those ahead of them, at the pace at which turns are over, are a time.
    Whoever is refused is given a place after all who were refused before, at that pace: they do not all come back at
    the same moment. Turns `after` others are taken one at a time while there are many at the others.
    """

    def __init__(
        self,
        at_once: int,
        waiting: int,
        clock: Callable[[], float] = monotonic,
        *,
        after: "Turns | None" = None,
    ) -> None:
        self._at_once = at_once
        self._waiting = waiting
        self._after = after
        self._clock = clock
        self._here = 0
        self._working = 0
        self._queue: list[tuple[bool, int, asyncio.Future[None]]] = []
        self._came = 0
        self._over = 1 / FIRST_PACE_S  # how many turns were over, fading, and in how many seconds
        self._over_in_s = 1.0
        self._last_over = 0.0
        self._to_count = 0
        self._booked_until = {urgent: 0.0 for urgent in (True, False)}

    @property
    def is_full(self) -> bool:
        """Return whether only what is urgent may still come in."""
        ahead = self._ahead()
        return ahead >= self._room + self._waiting or self._is_too_long(ahead)

    @property
    def is_busy(self) -> bool:
        """Return whether others make room: there are many here, or some were told to come again and may still come."""
        return self._here >= FEW or self._last_booked() > self._clock()

    def _last_booked(self) -> float:
        return max(self._booked_until.values())

    @contextmanager
    def inside(self, *, urgent: bool = False) -> Iterator[None]:
        """Come in, to wait or to work; raises `Busy` if there is no room, or if the wait would be too long."""
        if self._has_no_room_for_what_is_urgent() if urgent else self.is_full:
            raise (Full if urgent else Busy)(self._when_to_come_again(urgent=urgent))
        self._here += 1
        try:
            yield
        finally:
            self._here -= 1

    @property
    def _room(self) -> int:
        return 1 if self._after is not None and self._after.is_busy else self._at_once

    @property
    def _pace_s(self) -> float:
        return self._over_in_s / self._over

    def _ahead(self, *, urgent: bool = False) -> int:
        """Return how many are here, or go before what is urgent."""
        if urgent:
            return self._working + sum(not is_later for is_later, _, _ in self._queue)
        return max(self._here, self._working + len(self._queue))

    def _is_too_long(self, ahead: int) -> bool:
        return ahead >= FEW and ahead * self._pace_s > LONGEST_INSIDE_S

    def _has_no_room_for_what_is_urgent(self) -> bool:
        return self._here >= self._room + 2 * self._waiting or self._is_too_long(self._ahead(urgent=True))

    def _when_to_come_again(self, *, urgent: bool) -> int:
        now = self._clock()
        first = now if urgent else now + self._here * self._pace_s
        if self._after is not None:
            first = max(first, self._after._last_booked())
        booked = max(self._booked_until[urgent], first) + self._pace_s
        # Nobody is told more, so nobody is expected later: whoever comes back each time is not booked time and again.
        self._booked_until[urgent] = min(booked, now + LONGEST_WAIT_S)
        return max(1, ceil(self._booked_until[urgent] - now))

    @asynccontextmanager
    async def turn(self, *, urgent: bool = False) -> AsyncIterator[None]:
        """Wait for a turn at the work, what is urgent before the rest, otherwise in the order of coming."""
        if self._working >= self._room:
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
            self._begin()
        try:
            yield
        finally:
            self._measure()
            self._next()

    def _begin(self) -> None:
        if not self._working:
            self._last_over = self._clock()
        self._working += 1

    def _next(self) -> None:
        """Give a turn back, and hand out what turns there are to whoever is first."""
        self._working -= 1
        while self._queue and self._working < self._room:
            waits = heappop(self._queue)[2]
            if not waits.done():
                self._begin()
                waits.set_result(None)

    def _measure(self) -> None:
        now = self._clock()
        self._to_count = max(self._to_count - 1, self._working if self._working >= min(self._room, FEW) else 0)
        if self._to_count:
            fading = exp((self._last_over - now) / REMEMBERED_S)
            self._over = self._over * fading + 1
            self._over_in_s = self._over_in_s * fading + now - self._last_over
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
