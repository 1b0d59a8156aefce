"""A time limit as policy writes it: so many minutes, hours or days, elapsed or working."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from services.domain.working_time import WORKING_DAY, add_working_time, end_of_local_day


class Runs(StrEnum):
    """Which time counts."""

    ELAPSED = "ELAPSED"
    WORKING = "WORKING"
    TO_END_OF_DAY = "TO_END_OF_DAY"


@dataclass(frozen=True)
class Clock:
    """A time limit and which time counts towards it; a working day is eight working hours."""

    length: timedelta
    runs: Runs = Runs.ELAPSED

    def due_at(self, start: datetime, times: float = 1.0) -> datetime:
        """Return when the limit, or a multiple of it, has run from an aware start, in UTC.

        Policy: docs/domain/4.2.md: working time is Mon–Fri 09–17, England's bank holidays off.
        """
        if self.runs is Runs.WORKING:
            return add_working_time(start, self.length * times)
        if self.runs is Runs.TO_END_OF_DAY:
            return end_of_local_day(start) + self.length * times
        return start.astimezone(UTC) + self.length * times


NOW = Clock(timedelta(0))
SAME_DAY = Clock(timedelta(0), Runs.TO_END_OF_DAY)


def elapsed(*, days: int = 0, hours: int = 0, minutes: int = 0) -> Clock:
    """Return a limit in elapsed time.

    Policy: docs/domain/4.2.md.
    """
    return Clock(timedelta(days=days, hours=hours, minutes=minutes))


def working(*, days: int = 0, hours: int = 0) -> Clock:
    """Return a limit in working time.

    Policy: docs/domain/4.2.md.
    """
    return Clock(days * WORKING_DAY + timedelta(hours=hours), Runs.WORKING)
