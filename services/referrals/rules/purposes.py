"""Why somebody may open what is sealed, and for how long it then lies open to them."""

from datetime import timedelta
from enum import StrEnum

STAYS_OPEN = timedelta(minutes=15)


class Purpose(StrEnum):
    """What a case is opened for; kept with the name of whoever opened it."""

    DECIDE = "DECIDE"
    ACT = "ACT"
    ANSWER = "ANSWER"
    CHECK = "CHECK"


class NeedsPurpose(StrEnum):
    """What the help that people agreed to tell of is opened for; kept with the name of whoever opened it."""

    LOOK_AFTER = "LOOK_AFTER"
    CORRECTION = "CORRECTION"
    REVIEW = "REVIEW"
    WITHDRAWAL = "WITHDRAWAL"


PURPOSE_WORDS = {
    Purpose.DECIDE: "To decide what happens next",
    Purpose.ACT: "To act on it, or pass it to the agency that will",
    Purpose.ANSWER: "To answer the person, their family or an agency",
    Purpose.CHECK: "To check the quality of our own work",
}
