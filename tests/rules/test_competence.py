"""Who is competent to lead visits on a day, by what was entered of them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.risk_register.rules.competence import (
    LONGEST,
    Competence,
    CompetenceState,
    CompetenceWanted,
    is_competent_on,
    reasons_to_refuse_entering,
    reasons_to_refuse_withdrawing,
    state_on,
    withdrawn,
)
from tests.builders import NOW

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
DAY = timedelta(days=1)
DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))
BASIS = "Site visits course"


def entered(from_on: date = FIRST, until_on: date = LAST, person: str = "ff-oak") -> Competence:
    return Competence("1", person, from_on, until_on, BASIS, "mel", NOW)


@given(day=DAYS)
def test_both_days_count_and_no_other(day: date) -> None:
    assert is_competent_on([entered()], day) == (FIRST <= day <= LAST)


@given(day=DAYS, ended=DAYS)
def test_from_the_day_of_a_withdrawal_it_counts_no_more(day: date, ended: date) -> None:
    one = withdrawn(entered(), ended, "mel", "Moved to control", NOW)
    assert is_competent_on([one], day) == (FIRST <= day <= LAST and day < ended)


def test_nothing_entered_is_not_competent_and_a_renewal_is() -> None:
    assert not is_competent_on([], FIRST)
    renewal = entered(LAST + DAY, LAST + LONGEST)
    assert is_competent_on([entered(), renewal], LAST + DAY)
    assert is_competent_on([withdrawn(entered(), FIRST, "mel", "By mistake", NOW), entered()], FIRST)


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (FIRST - DAY, CompetenceState.TO_COME),
        (FIRST, CompetenceState.CURRENT),
        (LAST - 61 * DAY, CompetenceState.CURRENT),
        (LAST - 60 * DAY, CompetenceState.ENDS_SOON),
        (LAST, CompetenceState.ENDS_SOON),
        (LAST + DAY, CompetenceState.EXPIRED),
    ],
)
def test_where_it_stands_goes_by_the_day(day: date, state: CompetenceState) -> None:
    assert state_on(entered(), day) is state
    assert state_on(withdrawn(entered(), FIRST, "mel", "Left", NOW), day) is CompetenceState.WITHDRAWN


def fields(wanted: CompetenceWanted, by: str = "mel", *there: Competence) -> list[str]:
    return [one.pointer for one in reasons_to_refuse_entering(wanted, by, there)]


def test_everything_that_is_wrong_is_said_together() -> None:
    assert fields(CompetenceWanted("ff-oak", FIRST, LAST, BASIS)) == []
    assert fields(CompetenceWanted(" ", None, None, "no")) == ["/person", "/from_on", "/until_on", "/basis"]
    assert fields(CompetenceWanted("x" * 65, LAST, FIRST, "x" * 201)) == ["/person", "/until_on", "/basis"]
    assert fields(CompetenceWanted("ff-oak", FIRST, FIRST + LONGEST + DAY, BASIS)) == ["/until_on"]
    assert fields(CompetenceWanted("ff-oak", FIRST, FIRST + LONGEST, BASIS)) == []


def test_nobody_enters_or_withdraws_their_own_in_whatever_case() -> None:
    assert fields(CompetenceWanted(" MEL ", FIRST, LAST, BASIS)) == ["/person"]
    own = entered(person="Mel")
    assert [one.pointer for one in reasons_to_refuse_withdrawing(own, "mel", "It was wrong")] == ["/reason"]
    assert reasons_to_refuse_withdrawing(entered(), "mel", "It was wrong") == ()
    assert [one.pointer for one in reasons_to_refuse_withdrawing(entered(), "mel", "no")] == ["/reason"]


def test_the_same_days_are_not_entered_twice_unless_they_were_withdrawn() -> None:
    wanted = CompetenceWanted("FF-Oak", FIRST, LAST, BASIS)
    assert fields(wanted, "mel", entered()) == ["/until_on"]
    assert fields(wanted, "mel", withdrawn(entered(), FIRST, "mel", "By mistake", NOW)) == []
