"""Which published visits are checked for quality, by whom, on which points, and what the results may say."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.vocabulary import QualityPoint
from services.domain.quality import FEWEST, MAY_NOT_APPLY, POINT_QUESTIONS, POINT_WORDS
from services.risk_register.rules.quality import (
    QualityCheck,
    QualityState,
    is_drawn_at_random,
    reasons_of_the_checker,
    reasons_to_refuse_reopening,
    reasons_to_refuse_scoring,
    reopened,
    scored,
)
from services.risk_register.rules.quality_results import Tally, first_month, results_of
from services.shared.stamps import Stamps
from tests.builders import NOW

KEY, OTHER = Stamps("a" * 40, "local"), Stamps("b" * 40, "local")
CHECK = QualityCheck(
    "visit", "1", "71", date(2026, 11, 2), NOW, True, False, ("ff-oak", "oic-71"), ("ff-elm", "ada"), ("bob",)
)
ALL_RIGHT = dict.fromkeys(map(str, QualityPoint), "RIGHT")
NOVEMBER, OCTOBER = date(2026, 11, 1), date(2026, 10, 1)


def sample(key: Stamps, percent: int = 10) -> set[int]:
    return {n for n in range(5000) if is_drawn_at_random(key.of("quality sample", f"visit-{n}"), percent)}


def test_one_in_ten_is_drawn_the_same_every_time_and_by_another_key_others() -> None:
    drawn = sample(KEY)
    assert 430 < len(drawn) < 570
    assert drawn == sample(KEY)
    assert len(drawn & sample(OTHER)) < 100
    assert sample(KEY, 0) == set()
    assert len(sample(KEY, 100)) == 5000
    assert drawn < sample(KEY, 20)


def test_the_six_points_have_words_and_a_question() -> None:
    assert list(POINT_WORDS) == list(QualityPoint)
    assert set(POINT_QUESTIONS) == set(QualityPoint)
    assert len(QualityPoint) == 6


@pytest.mark.parametrize(
    ("name", "is_manager", "may"),
    [
        ("FF-OAK", False, False),
        ("oic-71", True, False),
        ("bob", True, False),
        (" Bob ", False, False),
        ("ada", False, False),
        ("ada", True, True),
        ("cyd", False, True),
    ],
)
def test_who_made_a_visit_or_decided_on_it_never_checks_it(name: str, is_manager: bool, may: bool) -> None:
    assert (reasons_of_the_checker(CHECK, name, is_manager=is_manager) == ()) == may


def wrong(findings: dict[str, str] | None = None, **answers: str) -> list[str]:
    return [one.pointer for one in reasons_to_refuse_scoring({**ALL_RIGHT, **answers}, findings or {})]


def test_everything_that_is_wrong_with_a_score_is_said_together() -> None:
    assert wrong() == []
    assert [one.pointer for one in reasons_to_refuse_scoring({}, {})] == [f"/{point}" for point in QualityPoint]
    assert wrong({"PLAN": "no"}, PLAN="NOT_RIGHT", ADDRESS="") == ["/ADDRESS", "/PLAN-words"]
    assert wrong({"PLAN": "x" * 501}, PLAN="NOT_RIGHT") == ["/PLAN-words"]
    assert wrong({"PLAN": "There is none"}, PLAN="NOT_RIGHT") == []
    assert wrong({"PLAN": "There is none"}) == ["/PLAN-words"]
    assert wrong(PLAN="PERHAPS") == ["/PLAN"]


@pytest.mark.parametrize("point", QualityPoint)
def test_only_some_points_need_not_apply(point: QualityPoint) -> None:
    answers = {**ALL_RIGHT, point.value: "DOES_NOT_APPLY"}
    assert (reasons_to_refuse_scoring(answers, {}) == ()) == (point in MAY_NOT_APPLY)


def test_a_score_counts_the_points_that_apply_and_opened_again_it_has_none() -> None:
    answers = {**ALL_RIGHT, "PLAN": "DOES_NOT_APPLY", "HAZARDS": "NOT_RIGHT"}
    done = scored(CHECK, answers, {"HAZARDS": " Acetylene is not said "}, "cyd", NOW)
    assert (done.state, done.points_right, done.points_asked, done.version) == (QualityState.SCORED, 4, 5, 2)
    assert done.findings == {"HAZARDS": "Acetylene is not said"}
    news = done.as_news(NOW)
    assert (news.points_right, news.points_asked, news.is_reopened) == (4, 5, False)
    again = reopened(done)
    assert replace(again, version=1) == CHECK
    assert again.as_news(NOW).is_reopened
    with pytest.raises(KeyError):
        reopened(again)
    assert [one.pointer for one in reasons_to_refuse_reopening("no")] == ["/reason"]
    assert reasons_to_refuse_reopening("I had the wrong visit") == ()


def tally(station: str, month: date, checks: int, right: int = 0, at_random: bool = True) -> Tally:
    asked, drawn = 6 * checks, checks if at_random else 0
    return Tally(station, month, checks, right, asked, drawn, right if at_random else 0, 6 * drawn)


@given(checks=st.integers(1, 12), right=st.integers(0, 72))
def test_there_is_no_figure_about_fewer_than_five_visits(checks: int, right: int) -> None:
    found = results_of([tally("71", NOVEMBER, checks, min(right, 6 * checks))])
    percent = found.by_station["71"][NOVEMBER].percent
    assert (percent is None) == (checks < FEWEST)
    assert found.at_random.percent == percent


def test_the_figure_of_all_stations_does_not_give_away_what_is_hidden() -> None:
    shown, few, more = tally("71", NOVEMBER, 9, 54), tally("72", NOVEMBER, 2), tally("73", OCTOBER, 3)
    assert results_of([shown, few]).at_random.percent is None
    assert results_of([shown, few, more]).at_random.percent == 100 * 54 // 84
    assert results_of([shown]).at_random.percent == 100
    assert results_of([tally("71", NOVEMBER, 9, 54, at_random=False)]).at_random.percent is None
    assert results_of([]).at_random.percent is None
    assert results_of([shown, more]).months == (NOVEMBER, OCTOBER)


@pytest.mark.parametrize(("day", "first"), [((2026, 12, 1), (2026, 7, 1)), ((2026, 3, 31), (2025, 10, 1))])
def test_six_months_are_shown_this_one_among_them(day: tuple[int, int, int], first: tuple[int, int, int]) -> None:
    assert first_month(date(*day)) == date(*first)
