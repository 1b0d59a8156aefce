"""The buildings of which something is held by consent, and how the yearly review there stands."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from services.domain.review_dates import DUE_SOON

DUE = timedelta(days=28)


class Review(StrEnum):
    """How the yearly review of what people agreed to tell of stands."""

    OVERDUE = "OVERDUE"
    DUE = "DUE"
    DUE_SOON = "DUE_SOON"
    IN_DATE = "IN_DATE"


@dataclass(frozen=True)
class Home:
    """A building, as visits to it were placed."""

    premises_id: str
    name: str
    address: str
    postcode: str


@dataclass(frozen=True)
class HeldBuilding:
    """A building of which something is held: how many flats agreed, and when the first must be asked again."""

    home: Home
    flats: int
    review_due_on: date


@dataclass(frozen=True)
class Counts:
    """How many buildings there are between two days, overdue, due within 28 days, due within 60, and in all."""

    listed: int
    overdue: int
    due: int
    due_soon: int
    total: int


@dataclass(frozen=True)
class BuildingRow:
    """A building on the list, and how the yearly review stands that is due there first."""

    held: HeldBuilding
    review: Review


def review_state(due_on: date, today: date) -> Review:
    """Return how a yearly review stands: overdue from the day after, due within 28 days, due soon within 60.

    Policy: docs/domain/4.3.md, step 8, and docs/domain/4.4.md: the bands of every review.
    """
    if today > due_on:
        return Review.OVERDUE
    if today >= due_on - DUE:
        return Review.DUE
    return Review.DUE_SOON if today >= due_on - DUE_SOON else Review.IN_DATE


def review_limits(review: Review | None, today: date) -> tuple[date, date]:
    """Return between which days, both counted, a review falls due that stands so; None stands for any.

    Policy: docs/domain/4.3.md, step 8.
    """
    one = timedelta(days=1)
    return {
        None: (date.min, date.max),
        Review.OVERDUE: (date.min, today - one),
        Review.DUE: (today, today + DUE),
        Review.DUE_SOON: (today + DUE + one, today + DUE_SOON),
        Review.IN_DATE: (today + DUE_SOON + one, date.max),
    }[review]
