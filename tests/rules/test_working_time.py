"""Working hours: nights, weekends, bank holidays and the change of the clocks do not count."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.working_time import (
    BANK_HOLIDAYS,
    UK,
    WORKING_DAY,
    add_working_time,
    end_of_local_day,
    is_working_day,
    local_date,
)


def uk(text: str) -> datetime:
    """Return a moment written as a UK clock shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=UK)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-23 10:00", 4, "2026-11-23 14:00"),
        ("2026-11-23 13:00", 4, "2026-11-23 17:00"),
        ("2026-11-23 13:01", 4, "2026-11-24 09:01"),
        ("2026-11-20 15:00", 4, "2026-11-23 11:00"),
        ("2026-11-20 17:00", 4, "2026-11-23 13:00"),
        ("2026-11-22 14:02", 4, "2026-11-23 13:00"),
        ("2026-11-23 03:00", 4, "2026-11-23 13:00"),
        ("2026-12-24 16:00", 4, "2026-12-29 12:00"),
        ("2026-10-23 15:00", 4, "2026-10-26 11:00"),
    ],
    ids=[
        "within a day",
        "to the minute of closing",
        "into the next day",
        "over a weekend",
        "from closing time",
        "from a Sunday",
        "from before opening",
        "over Christmas",
        "over the change of the clocks",
    ],
)
def test_four_working_hours(start: str, hours: int, due: str) -> None:
    assert add_working_time(uk(start), timedelta(hours=hours)) == uk(due).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-11-23 10:00", 1, "2026-11-24 10:00"),
        ("2026-11-20 10:00", 1, "2026-11-23 10:00"),
        ("2026-11-21 10:00", 1, "2026-11-23 17:00"),
        ("2026-04-02 10:00", 1, "2026-04-07 10:00"),
        ("2026-11-23 10:00", 10, "2026-12-07 10:00"),
        ("2026-03-27 10:00", 1, "2026-03-30 10:00"),
    ],
    ids=["next day", "over a weekend", "from a Saturday", "over Easter", "a fortnight", "into summer time"],
)
def test_working_days(start: str, days: int, due: str) -> None:
    assert add_working_time(uk(start), days * WORKING_DAY) == uk(due).astimezone(UTC)


def test_an_answer_is_in_utc_and_summer_hours_are_an_hour_earlier() -> None:
    due = add_working_time(datetime(2026, 7, 1, 6, 0, tzinfo=UTC), timedelta(hours=1))
    assert due == datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
    assert due.tzinfo is UTC


def test_every_year_of_the_table_has_eight_bank_holidays_and_all_are_weekdays() -> None:
    assert {year: sum(day.year == year for day in BANK_HOLIDAYS) for year in range(2025, 2029)} == dict.fromkeys(
        range(2025, 2029), 8
    )
    assert all(day.weekday() < 5 for day in BANK_HOLIDAYS)


def test_the_moved_holidays_of_a_weekend_christmas_and_new_year_are_in_the_table() -> None:
    moved = {date(2026, 12, 28), date(2027, 12, 27), date(2027, 12, 28), date(2028, 1, 3)}
    assert moved <= BANK_HOLIDAYS
    assert is_working_day(date(2028, 1, 4))


def test_after_the_table_ends_a_deadline_comes_early_and_never_late() -> None:
    assert is_working_day(date(2030, 12, 25))


MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2028, 12, 1)).map(lambda moment: moment.replace(tzinfo=UTC))  # noqa: DTZ001 - Hypothesis wants naive bounds
LENGTHS = st.integers(1, 100 * 60).map(lambda minutes: timedelta(minutes=minutes))


@given(MOMENTS, LENGTHS)
def test_a_deadline_always_falls_in_working_hours_and_after_its_start(start: datetime, length: timedelta) -> None:
    due = add_working_time(start, length)
    local = due.astimezone(UK)
    assert is_working_day(local.date())
    assert (9, 0) < (local.hour, local.minute + local.second) <= (17, 0)
    assert due >= start + length


@given(MOMENTS, LENGTHS, LENGTHS)
def test_two_lengths_one_after_the_other_are_as_long_as_both_together(
    start: datetime, first: timedelta, second: timedelta
) -> None:
    assert add_working_time(add_working_time(start, first), second) == add_working_time(start, first + second)


def test_the_day_of_a_moment_is_the_day_on_a_uk_calendar() -> None:
    late = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    assert local_date(late) == date(2026, 7, 2)
    assert end_of_local_day(late) == datetime(2026, 7, 2, 23, 0, tzinfo=UTC)
