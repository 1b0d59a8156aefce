"""What the pages of visit plans share: the month in an address, and the tick before crews are asked."""

from datetime import date
from typing import Annotated

from fastapi import Path

from schemas.vocabulary import Watch
from services.risk_register.rules.plans import month_in
from services.shared.errors import FieldReason, NotFound, Refused

MONTH = r"^20\d\d-(0[1-9]|1[0-2])$"
Month = Annotated[str, Path(min_length=7, max_length=7, pattern=MONTH)]
NEEDS_TICK = FieldReason("/sure", "tick that the crews are to be asked: it comes to their lists of visits")
PROPOSED = "Proposed anew: what somebody changed, and what is asked of crews, stayed as it was."
PUBLISHED = "Published: the crews are asked, each visit by its watch."


def month_of_path(written: str) -> date:
    """Return the month that stands in an address; raises `NotFound` where it is none."""
    found = month_in(written)
    if found is None:
        raise NotFound("there is no such month")
    return found


def check_tick(sure: str) -> None:
    """Raise unless it was ticked that crews are to be asked."""
    if sure != "yes":
        raise Refused(NEEDS_TICK.reason, (NEEDS_TICK,))


def watch_in(typed: str) -> Watch | None:
    """Return the watch that was chosen, None if it is none."""
    return Watch(typed) if typed in set(Watch) else None
