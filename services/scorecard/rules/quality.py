"""What the checks of quality come to: how many of the points asked are right, never of fewer than five visits."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.risk_register import VisitQualityChecked
from services.domain.quality import FEWEST

BACK = timedelta(days=365)


@dataclass(frozen=True)
class Quality:
    """What the check of one visit found, as it was last said."""

    visit_id: str
    points_right: int
    points_asked: int
    at_random: bool
    is_reopened: bool
    checked_at: datetime


@dataclass(frozen=True)
class QualityScore:
    """How many visits of the random sample were checked, and how many per cent of the points asked are right.

    Both are None where there are fewer than five.
    """

    checks: int | None
    percent: int | None


def quality_of(event: VisitQualityChecked) -> Quality:
    """Return what an event tells of the quality of a visit.

    Policy: docs/domain/4.7.md, KPI 10.
    """
    return Quality(
        event.visit_id,
        event.points_right,
        event.points_asked,
        event.at_random,
        event.is_reopened,
        event.checked_at,
    )


def quality_score(checks: int, right: int, asked: int) -> QualityScore:
    """Return the score of so many checked visits.

    Policy: docs/domain/4.7.md, KPI 10, and docs/domain/4.6.md, small numbers.
    """
    return QualityScore(checks, 100 * right // asked) if checks >= FEWEST and asked else QualityScore(None, None)


def counted_from(now: datetime) -> datetime:
    """Return from when checks count: for a year, those of the random sample.

    Policy: docs/domain/4.7.md, KPI 10.
    """
    return now - BACK
