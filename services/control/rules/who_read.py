"""How many watches acknowledged in time: measure 13, never of fewer than five."""

from datetime import datetime, timedelta

from services.domain.quality import FEWEST

BACK = timedelta(days=365)
TARGET_PERCENT = 90


def counted_from(now: datetime) -> datetime:
    """Return from when what was due counts: for a year.

    Policy: docs/domain/4.7.md, measure 13.
    """
    return now - BACK


def percent_in_time(due: int, in_time: int) -> int | None:
    """Return how many per cent of what was due was acknowledged in time, None where fewer than five were due.

    Policy: docs/domain/4.7.md, measure 13; docs/domain/4.6.md, small numbers.
    """
    return 100 * in_time // due if due >= FEWEST else None
