"""What a publication does to the dates of a record: when it was last seen, and when it must be looked at again."""

from dataclasses import dataclass
from datetime import date, datetime

from schemas.visits import VisitForm
from schemas.vocabulary import VisitKind
from services.domain.review_dates import review_due_on
from services.domain.ris1.policy import HIGHEST_LEVEL
from services.domain.working_time import local_date
from services.risk_register.rules.review_dates import counts_as_visit, moves_review_date


@dataclass(frozen=True)
class Dates:
    """When the premises was last visited and last reviewed, and when the next review is due."""

    visited_at: datetime | None = None
    reviewed_on: date | None = None
    review_due_on: date | None = None


def dates_after(visit: VisitForm, present: Dates, level: int | None, *, of_the_unit_alone: bool = False) -> Dates:
    """Return the dates of a record after a visit is published at a base level (None: nobody has scored it).

    An older visit never takes a date back; a visit to one flat, or that saw nothing, moves none.

    Policy: docs/domain/1.6.md, docs/domain/4.1.md (A) and docs/domain/4.3.md, step 8.
    """
    visited_at, reviewed_on = present.visited_at, present.reviewed_on
    if not of_the_unit_alone and visit.visit_kind is not VisitKind.INTELLIGENCE_ONLY:
        if counts_as_visit(visit.visit_kind, visit.review_method, visit.outcome):
            visited_at = max(visited_at or visit.ended_at, visit.ended_at)
        if moves_review_date(visit.review_method, visit.outcome, level or HIGHEST_LEVEL):
            reviewed_on = max(reviewed_on or date.min, local_date(visit.ended_at))
    due = review_due_on(reviewed_on, level) if reviewed_on and level else None
    return Dates(visited_at, reviewed_on, due)
