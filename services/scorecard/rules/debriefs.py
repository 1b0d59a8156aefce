"""What is said after incidents of the risk information: how often it was right, never of fewer than five answers."""

from dataclasses import dataclass
from datetime import datetime

from schemas.control import DebriefAnswered
from services.domain.quality import FEWEST

TARGET_RIGHT = 95


@dataclass(frozen=True)
class Debrief:
    """Whether somebody found the risk information right after an incident; neither who, nor about which premises."""

    answer_id: str
    is_right: bool
    answered_at: datetime


@dataclass(frozen=True)
class RightScore:
    """How many answers there are, and how many per cent of them say that the information was right.

    Both are None where there are fewer than five.
    """

    answers: int | None
    percent: int | None


def debrief_of(event: DebriefAnswered) -> Debrief:
    """Return what an answer after an incident tells of the information.

    Policy: docs/domain/4.7.md, KPI 21.
    """
    return Debrief(event.answer_id, event.is_right, event.answered_at)


def right_score(answers: int, right: int) -> RightScore:
    """Return how often the information was right; rounded down, so that a target is not met by rounding.

    Policy: docs/domain/4.7.md, KPI 21, and docs/domain/4.6.md, small numbers.
    """
    return RightScore(answers, 100 * right // answers) if answers >= FEWEST else RightScore(None, None)
