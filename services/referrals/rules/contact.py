"""Whether a record of having spoken to somebody can be true."""

from datetime import datetime, timedelta

# A crew in danger rings first and writes later; a clock on a desk may be a little fast.
BEFORE_RAISED = timedelta(hours=24)
CLOCKS_DIFFER = timedelta(minutes=5)


def reasons_to_refuse_contact(spoken_to: str, at: datetime, raised_at: datetime, now: datetime) -> tuple[str, ...]:
    """Return what is wrong with a contact record; empty if nothing is.

    Policy: docs/domain/4.2.md: who was spoken to, and when, for P0 and P1 within 15 minutes.
    """
    reasons = []
    if not spoken_to.strip():
        reasons.append("say who was spoken to")
    if at > now + CLOCKS_DIFFER:
        reasons.append("the time is in the future")
    if at < raised_at - BEFORE_RAISED:
        reasons.append("the time is more than a day before the referral was raised")
    return tuple(reasons)
