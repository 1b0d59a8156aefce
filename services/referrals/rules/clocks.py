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


def minutes(count: int) -> Clock:
    """Return a limit in elapsed minutes.

    Policy: docs/domain/4.2.md.
    """
    return Clock(timedelta(minutes=count))


def hours(count: int) -> Clock:
    """Return a limit in elapsed hours.

    Policy: docs/domain/4.2.md.
    """
    return Clock(timedelta(hours=count))


def days(count: int) -> Clock:
    """Return a limit in elapsed days.

    Policy: docs/domain/4.2.md.
    """
    return Clock(timedelta(days=count))


def working_hours(count: int) -> Clock:
    """Return a limit in working hours.

    Policy: docs/domain/4.2.md.
    """
    return Clock(timedelta(hours=count), Runs.WORKING)


def working_days(count: int) -> Clock:
    """Return a limit in working days.

    Policy: docs/domain/4.2.md.
    """
    return Clock(count * WORKING_DAY, Runs.WORKING)
