"""Which records must be seen again: how pressing each is, and what the list of them is narrowed to."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.domain.review_dates import DUE_SOON, Dates, stale_from
from services.domain.working_time import local_date
from services.risk_register.rules.asks import ASKS_BEFORE
from services.risk_register.rules.dossiers import Record, Version, due_now, score_now


class DueState(StrEnum):
    """How pressing the review of a record is, the most pressing first; what is in date is none of these."""

    STALE = "stale"
    OVERDUE = "overdue"
    DUE = "due"
    DUE_SOON = "due-soon"
    NO_DATE = "no-date"


@dataclass(frozen=True)
class DueWanted:
    """What a list of reviews is narrowed to; None: not by this. Level 0: not scored; station empty: in no ground."""

    state: DueState | None = None
    level: int | None = None
    station: str | None = None


@dataclass(frozen=True)
class Limits:
    """The days by which a review is overdue, due or due soon."""

    today: date
    due_by: date
    soon_by: date


@dataclass(frozen=True)
class ReviewDate:
    """When one published record must be seen again."""

    premises_id: str
    name: str
    address: str
    postcode: str
    station: str
    base_level: int | None
    effective_level: int | None
    visited_on: date | None
    review_due_on: date | None
    stale_on: date | None


def limits_of(today: date) -> Limits:
    """Return the days that tell one state from another: due within 28 days, due soon within 60.

    Policy: docs/domain/4.3.md, step 8, and docs/domain/4.4.md: at 28 days a crew is asked without a person.
    """
    return Limits(today, today + ASKS_BEFORE, today + DUE_SOON)


def review_date_of(record: Record, version: Version) -> ReviewDate:
    """Return when a record must be seen again by the version that is published.

    Policy: docs/domain/4.3.md, step 8: the interval goes by the base level, how grave it is by the effective one.
    """
    premises, score = record.premises, score_now(version, record.fire_safety)
    visited_on = local_date(version.visited_at) if version.visited_at else None
    base, due_on = score.base_level if score else None, due_now(version, score)
    return ReviewDate(
        premises_id=record.premises_id,
        name=premises.name,
        address=premises.address,
        postcode=premises.postcode,
        station=premises.place.station_ground or "",
        base_level=base,
        effective_level=score.effective_level if score else None,
        visited_on=visited_on,
        review_due_on=due_on,
        stale_on=stale_from(Dates(visited_on, due_on, base)),
    )
