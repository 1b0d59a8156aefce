"""Days as people and their systems write them, read in one way everywhere."""

import re
from datetime import date, datetime

from services.domain.working_time import local_date

BRITISH_DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})(?:[ T]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?")
UNREADABLE_DAY = "write the day as 2026-11-03 or 03/11/2026"


def day_in(written: str) -> date | None:
    """Return the day that was written, alone or with a time of day; None if it is none.

    A time with its zone is a day of the United Kingdom: 23:30 UTC in June is the day after.

    Policy: docs/house.md, section 4: British dates, or those of ISO 8601.
    """
    try:
        if british := BRITISH_DAY.fullmatch(written.strip()):
            day, month, year = map(int, british.groups())
            return date(year, month, day)
        at = datetime.fromisoformat(written.strip())
        return local_date(at) if at.tzinfo else at.date()
    except (ValueError, OverflowError):
        return None
