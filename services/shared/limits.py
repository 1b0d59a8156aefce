"""How often something may be done: so much at once, then one by one; and how long to wait after that.

What was done is remembered by each process for itself (docs/decisions/0016).
"""

from collections.abc import Sequence
from math import ceil

from services.shared.clock import Clock
from services.shared.rates import Rate

# More than anybody who works here: only a flood of invented names passes it, and that is held by its address.
MOST_REMEMBERED = 20_000


class Limiter:
    """Counts by key, each with its own rate (the generic cell rate algorithm: one number for each key)."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._paid_until: dict[tuple[str, ...], float] = {}

    def take(self, wanted: Sequence[tuple[tuple[str, ...], Rate]]) -> int:
        """Count one more for all keys at once and return 0; or count nothing and return the whole seconds to wait."""
        now = self._clock.now().timestamp()
        wait_s = max((self._wait_s(key, rate, now) for key, rate in wanted), default=0.0)
        if wait_s > 0:
            return ceil(wait_s)
        for key, rate in wanted:
            # Taken out and put in again, so that those not seen for longest stand first.
            self._paid_until[key] = max(self._paid_until.pop(key, now), now) + rate.every_s
        while len(self._paid_until) > MOST_REMEMBERED:
            del self._paid_until[next(iter(self._paid_until))]
        return 0

    def give_back(self, taken: Sequence[tuple[tuple[str, ...], Rate]]) -> None:
        """Forget one that was counted: it did no harm."""
        for key, rate in taken:
            if key in self._paid_until:
                self._paid_until[key] -= rate.every_s

    def _wait_s(self, key: tuple[str, ...], rate: Rate, now: float) -> float:
        most_s = rate.at_once * rate.every_s  # nobody waits longer, even where the clock was put back
        ahead_s = min(max(self._paid_until.get(key, now) - now, 0.0), most_s)
        return max(0.0, ahead_s + rate.every_s - most_s - 1e-6)
