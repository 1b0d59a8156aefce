"""How far a visit has got: the steps of its story and which of them is its state now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from schemas.visits import VisitReceipt
from schemas.vocabulary import ReviewState


@dataclass(frozen=True)
class StoryLine:
    """One thing that became of a visit; `about` tells lines of one step apart, such as two referrals."""

    step: str
    at: datetime
    about: str = ""
    detail: str = ""
    fields: tuple[str, ...] = ()
    due_at: datetime | None = None


@dataclass(frozen=True)
class ReceivedVisit:
    """A visit as it was received: who sent what when, its open part, what was remarked on, and its story so far.

    `people` are those whose visit it is: the sender, the officer who led, the crew.
    """

    visit_id: str
    content_mark: str
    submitted_by: str
    station: str
    received_at: datetime
    open_part: dict[str, Any]
    warnings: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    story: tuple[StoryLine, ...] = ()


@dataclass(frozen=True)
class VisitList:
    """The newest visits of somebody or of a station, and how many there are in all."""

    visits: tuple[ReceivedVisit, ...]
    total: int


@dataclass(frozen=True)
class Taken:
    """The receipt of a visit, and whether it was taken now or had been before."""

    receipt: VisitReceipt
    is_new: bool


class Step(StrEnum):
    """What can become of a visit, beside the states of its review."""

    LOCATED = "LOCATED"
    PUT_BACK = "PUT_BACK"
    NEEDS_PERSON = "NEEDS_PERSON"
    REFERRAL_RAISED = "REFERRAL_RAISED"
    REFERRAL_ACKNOWLEDGED = "REFERRAL_ACKNOWLEDGED"
    CONTROL_SHOWN = "CONTROL_SHOWN"


# The main line, in the order in which its steps follow one another when two carry the same time.
MAIN_LINE: tuple[str, ...] = (
    ReviewState.RECEIVED,
    Step.NEEDS_PERSON,
    Step.LOCATED,
    ReviewState.QUEUED,
    ReviewState.CONFLICT,
    ReviewState.RESUBMITTED,
    ReviewState.CLAIMED,
    ReviewState.ESCALATED,
    ReviewState.RETURNED,
    ReviewState.MERGED,
    ReviewState.PUBLISHED,
    ReviewState.PUBLISHED_AMENDED,
    ReviewState.REJECTED,
    ReviewState.SUPERSEDED,
    ReviewState.WITHDRAWN,
    Step.PUT_BACK,
)


def place_in_line(step: str) -> int:
    """Return the place of a step in the main line; steps beside it come last.

    Policy: docs/domain/4.4.md.
    """
    return MAIN_LINE.index(step) if step in MAIN_LINE else len(MAIN_LINE)


def state_now(steps: Iterable[tuple[str, datetime]]) -> str:
    """Return the state of a visit from its steps and when each happened: the latest of the main line.

    When a message arrived does not matter, only when what it tells of happened.

    Policy: docs/domain/4.4.md.
    """
    line = [(at, place_in_line(step), step) for step, at in steps if step in MAIN_LINE]
    return max(line)[2] if line else ReviewState.RECEIVED.value
