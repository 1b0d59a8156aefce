"""Whether a record of having spoken to somebody can be true."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

# A crew in danger rings first and writes later; a clock on a desk may be a little fast.
BEFORE_RAISED = timedelta(hours=24)
CLOCKS_DIFFER = timedelta(minutes=5)
LONGEST_NAME = 120
# A number as mobilising systems issue it. A name or an address does not pass for one.
INCIDENT_NUMBER = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9/-]{0,19}")


@dataclass(frozen=True)
class Fault:
    """One thing wrong with what somebody entered: which field, and what to do about it."""

    field: str
    words: str


def reasons_to_refuse_contact(
    spoken_to: str, at: datetime | None, raised_at: datetime, now: datetime
) -> tuple[Fault, ...]:
    """Return all that is wrong with a contact record, field by field; empty if nothing is.

    Policy: docs/domain/4.2.md: who was spoken to, and when, for P0 and P1 within 15 minutes.
    """
    faults = []
    if not spoken_to.strip():
        faults.append(Fault("spoken_to", "say who was spoken to"))
    elif len(spoken_to.strip()) > LONGEST_NAME:
        faults.append(Fault("spoken_to", f"shorten who was spoken to: {LONGEST_NAME} characters at most"))
    return (*faults, *reasons_to_refuse_moment(at, raised_at, now, "enter the day and time that you spoke"))


def reasons_to_refuse_moment(
    at: datetime | None, raised_at: datetime, now: datetime, if_missing: str
) -> tuple[Fault, ...]:
    """Return what is wrong with the moment that something about a referral is said to have happened.

    Policy: docs/domain/4.2.md; an aware moment, neither in the future nor long before the referral was raised.
    """
    if at is None:
        return (Fault("at", if_missing),)
    if at > now + CLOCKS_DIFFER:
        return (Fault("at", "the time is in the future"),)
    if at < raised_at - BEFORE_RAISED:
        return (Fault("at", "the time is more than a day before this was raised"),)
    return ()


def reasons_to_refuse_incident_number(number: str, *, must_be_given: bool) -> tuple[Fault, ...]:
    """Return what is wrong with the incident number of a call that Control made; empty if nothing is.

    Policy: docs/domain/4.6.md: of a closed referral Control keeps a number and nothing else, so it must be one.
    """
    number = number.strip()
    if not number and must_be_given:
        return (Fault("incident_number", "enter the incident number that you issued"),)
    if number and not INCIDENT_NUMBER.fullmatch(number):
        return (Fault("incident_number", "enter only the number: letters, digits, / and -, 20 at most"),)
    return ()
