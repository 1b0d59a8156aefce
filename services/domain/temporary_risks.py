"""How long a temporary risk may stand, and from which day on it waits for somebody to say whether it is over."""

from datetime import date, timedelta

LONGEST = timedelta(days=90)


def is_past_its_end(ends_on: date, today: date) -> bool:
    """Return whether a temporary risk has ended by its date: from the day after its last one.

    It is still shown, greyed, until somebody confirms that it is over, or renews it.

    Policy: docs/domain/1.6.md: expired, to be confirmed; never silently gone.
    """
    return today > ends_on
