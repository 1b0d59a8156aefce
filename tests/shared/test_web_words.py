"""Times, ages, deadlines, distances and levels are said as a colleague would say them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.words import LEVEL_WORDS
from services.shared.web import words
from services.shared.web.filters import age, deadline, distance, level_tag, page_time, uk_date, uk_time

NOW = datetime(2026, 11, 22, 14, 2, 31, tzinfo=UTC)
moments = st.integers(1_000_000_000, 2_800_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@pytest.fixture(autouse=True)
def _page_made_now() -> None:
    page_time.set(NOW)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (NOW, "14:02 today"),
        (NOW - timedelta(hours=14, minutes=2, seconds=31), "00:00 today"),
        (NOW - timedelta(hours=14, minutes=2, seconds=32), "23:59 yesterday"),
        (NOW + timedelta(days=1), "14:02 tomorrow"),
        (datetime(2026, 9, 3, 13, 2, tzinfo=UTC), "14:02 on 3 Sep 2026"),
        (datetime(2026, 7, 31, 23, 30, tzinfo=UTC), "00:30 on 1 Aug 2026"),
    ],
)
def test_a_time_is_said_by_the_clock_on_a_london_wall(at: datetime, said: str) -> None:
    assert words.time_words(at, NOW) == said


def test_the_two_half_past_ones_of_an_october_night_differ_in_full() -> None:
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert words.full_time(first) == "01:30:00 BST on Sun 25 Oct 2026"
    assert words.full_time(second) == "01:30:00 GMT on Sun 25 Oct 2026"


def test_a_time_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        uk_time("2026-11-22T14:02:31")


@pytest.mark.parametrize(
    ("since", "said"),
    [
        (NOW, "just now"),
        (NOW + timedelta(seconds=5), "just now"),
        (NOW - timedelta(seconds=59), "just now"),
        (NOW - timedelta(minutes=5), "5 min ago"),
        (NOW - timedelta(hours=47), "47 h ago"),
        (NOW - timedelta(days=2), "2 days ago"),
        (NOW - timedelta(days=80), "80 days ago"),
        (NOW - timedelta(days=500), "16 months ago"),
        (NOW - timedelta(days=3653), "10 years ago"),
        (NOW + timedelta(hours=3), "in 3 h"),
        (date(2026, 11, 22), "today"),
        (date(2026, 11, 21), "1 day ago"),
        (date(2026, 9, 3), "80 days ago"),
        (date(2026, 11, 25), "in 3 days"),
    ],
)
def test_an_age_is_said_in_its_largest_fitting_unit(since: date | datetime, said: str) -> None:
    assert words.age_words(since, NOW) == said


@pytest.mark.parametrize(
    ("left", "said", "urgency"),
    [
        (timedelta(days=3), "due in 3 days", "later"),
        (timedelta(minutes=61), "due in 1 h", "later"),
        (timedelta(minutes=40), "due in 40 min", "soon"),
        (timedelta(0), "due in less than 1 min", "soon"),
        (timedelta(seconds=-1), "overdue by less than 1 min", "overdue"),
        (timedelta(hours=-2), "overdue by 2 h", "overdue"),
    ],
)
def test_a_deadline_says_how_long_is_left_or_how_late_it_is(left: timedelta, said: str, urgency: str) -> None:
    assert words.deadline_words(NOW + left, NOW) == words.Deadline(said, urgency)
    assert f"ravi-deadline--{urgency}" in deadline(NOW + left)


@given(moments, moments)
def test_a_deadline_is_overdue_exactly_when_it_has_passed(due: datetime, now: datetime) -> None:
    deadline = words.deadline_words(due, now)
    assert (deadline.urgency == "overdue") == (due < now) == deadline.words.startswith("overdue")


@given(moments, st.timedeltas(timedelta(0), timedelta(days=20_000)), st.timedeltas(timedelta(0), timedelta(days=900)))
def test_an_older_fact_never_sounds_newer(now: datetime, age_: timedelta, older: timedelta) -> None:
    units = {"just now": 0, "min": 1, "h": 2, "day": 3, "days": 3, "month": 4, "months": 4, "year": 5, "years": 5}

    def rank(said: str) -> tuple[int, int]:
        if said == "just now":
            return (0, 0)
        number, unit, _ = said.split()
        return (units[unit], int(number))

    newer_said, older_said = words.age_words(now - age_, now), words.age_words(now - age_ - older, now)
    assert rank(newer_said) <= rank(older_said)


@pytest.mark.parametrize(
    ("metres", "said"),
    [
        (0, "0 m"),
        (40.4, "40 m"),
        (999.4, "999 m"),
        (999.6, "1.0 km"),
        (1240, "1.2 km"),
        (9960, "10 km"),
        (12600, "13 km"),
    ],
)
def test_a_distance_is_said_in_metres_then_kilometres(metres: float, said: str) -> None:
    assert distance(metres) == said


@pytest.mark.parametrize("missing", [uk_time, uk_date, age, distance, level_tag])
def test_a_fact_that_nobody_told_us_says_unknown(missing: object) -> None:
    assert callable(missing)
    assert "UNKNOWN" in missing(None)


@pytest.mark.parametrize(("level", "word"), LEVEL_WORDS.items())
def test_a_level_is_told_by_number_and_word_and_has_a_colour_of_its_own(level: int, word: str) -> None:
    tag = level_tag(level)
    assert f"ravi-level--{level}" in tag
    assert f">{level}</span> {word}" in tag


def test_a_level_raised_by_a_defect_shows_both_levels() -> None:
    tag = level_tag(5, base=4)
    assert tag.index(">4<") < tag.index(">5<") < tag.index("Very high")


def test_the_full_time_is_there_for_hovering_and_for_print() -> None:
    said = uk_time(datetime(2026, 9, 3, 13, 2, 31, tzinfo=UTC))
    assert 'datetime="2026-09-03T13:02:31Z"' in said
    assert 'title="14:02:31 BST on Thu 3 Sep 2026"' in said
    assert '<span class="ravi-time__full">14:02:31 BST on Thu 3 Sep 2026</span>' in said


def test_a_date_may_come_as_text_from_an_event() -> None:
    assert ">3 Sep 2026<" in uk_date("2026-09-03")
    assert ">80 days ago<" in age("2026-09-03")
    assert ">1 Aug 2026<" in uk_date("2026-07-31T23:30:00Z")
