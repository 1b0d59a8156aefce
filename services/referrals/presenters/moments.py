"""A day and time as a form on a page gives it."""

from datetime import UTC, datetime

from schemas.visit_parts import is_of_our_time
from services.domain.working_time import UK


def uk_moment(written: str) -> datetime | None:
    """Return the moment that a form's day and time mean, in UTC; by UK clocks unless it says which, None if neither."""
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UK)
    return at.astimezone(UTC) if is_of_our_time(at) else None
