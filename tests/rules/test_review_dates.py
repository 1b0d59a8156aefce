"""When a record must be looked at again, and which visits count."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.vocabulary import ReviewMethod, VisitOutcome
from services.domain.review_dates import add_months, review_due_on
from services.risk_register.rules.review_dates import moves_review_date, moves_visit_clock

VISITED = date(2026, 9, 3)


@pytest.mark.parametrize(
    ("level", "due"),
    [
        (1, date(2031, 9, 3)),
        (2, date(2031, 9, 3)),
        (3, date(2029, 9, 3)),
        (4, date(2028, 9, 3)),
        (5, date(2027, 9, 3)),
    ],
)
def test_the_review_is_due_by_the_interval_of_the_base_level(level: int, due: date) -> None:
    assert review_due_on(VISITED, level) == due


def test_the_last_day_of_a_month_stays_a_last_day() -> None:
    assert add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert add_months(date(2026, 8, 31), 18) == date(2028, 2, 29)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_higher_level_is_never_due_later(visited: date) -> None:
    dues = [review_due_on(visited, level) for level in range(1, 6)]
    assert dues == sorted(dues, reverse=True)


@pytest.mark.parametrize("method", ReviewMethod)
@pytest.mark.parametrize("outcome", VisitOutcome)
def test_only_a_completed_visit_in_person_moves_the_visit_clock(method: ReviewMethod, outcome: VisitOutcome) -> None:
    in_person = method is ReviewMethod.PHYSICAL and outcome is VisitOutcome.COMPLETED
    assert moves_visit_clock(method, outcome) is in_person


def test_a_desk_check_moves_the_review_date_at_level_1_only() -> None:
    assert moves_review_date(ReviewMethod.DESKTOP, VisitOutcome.COMPLETED, 1)
    assert not moves_review_date(ReviewMethod.DESKTOP, VisitOutcome.COMPLETED, 2)
    assert not moves_review_date(ReviewMethod.DESKTOP, VisitOutcome.PARTIAL, 1)
    assert not moves_review_date(ReviewMethod.TELEPHONE, VisitOutcome.COMPLETED, 1)
    assert moves_review_date(ReviewMethod.PHYSICAL, VisitOutcome.COMPLETED, 5)
