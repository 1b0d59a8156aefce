"""The time: one clock handed to whoever needs it, so that a test can set it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Anything that tells the time, aware and in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the time now, in UTC."""
        return datetime.now(UTC)


@dataclass
class SetClock:
    """A clock that stands still until it is moved: for tests and for playing back."""

    at: datetime

    def now(self) -> datetime:
        """Return the time it was set to."""
        return self.at

    def move(self, by: timedelta) -> None:
        """Move the clock on (or back)."""
        self.at += by
