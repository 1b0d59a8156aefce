"""Faults that responsible persons report: what is refused, how long their temporary risk holds, when it is removed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.vocabulary import SystemKind, TemporarySource
from services.domain.temporary_risks import LONGEST, removed_if_ended_before, said_by, shown_words
from services.domain.working_time import local_date
from services.risk_register.rules.dossiers import Dossier, Record
from services.risk_register.rules.faults import (
    FaultWanted,
    is_overdue,
    reasons_to_refuse_repair,
    reasons_to_refuse_report,
    repaired,
    reported,
)
from services.risk_register.rules.temporary import TemporaryEnd
from services.risk_register.rules.temporary_of_faults import with_fault, without_fault
from tests.builders import NOW, a_premises
from tests.cases import table

WANTED = FaultWanted(
    "JOB-1", "mine", SystemKind.DRY_RISER, "North stair", NOW - timedelta(hours=30), None, "Ada Example", "01632 960001"
)
FAULT = reported(WANTED, "harbour", "Harbour Homes", "mark", NOW)
NOTHING_HELD = Dossier(Record("mine", 0, 0, a_premises("mine"), None, None, NOW))


def sent(changes: dict[str, Any]) -> FaultWanted:
    """Return the report with what a case sends otherwise."""
    given = dict(changes)
    for name, read in (("since", datetime.fromisoformat), ("expected_on", date.fromisoformat), ("kind", SystemKind)):
        if given.get(name):
            given[name] = read(given[name])
    return replace(WANTED, **given)


@pytest.mark.parametrize("case", table("reported_faults"), ids=lambda case: case["why"])
def test_a_report_is_refused_by_field(case: dict[str, Any]) -> None:
    found = reasons_to_refuse_report(sent(case["sent"]), {"mine"}, NOW)
    assert [one.pointer for one in found] == case["refused"]


@pytest.mark.parametrize(
    ("repaired_at", "refused"),
    [(NOW, 0), (FAULT.since, 0), (FAULT.since - timedelta(minutes=1), 1), (NOW + timedelta(hours=1), 1), (None, 1)],
)
def test_a_repair_is_between_the_fault_and_now(repaired_at: datetime | None, refused: int) -> None:
    assert len(reasons_to_refuse_repair(FAULT, repaired_at, NOW)) == refused


def test_the_number_follows_from_account_and_reference_alone() -> None:
    again = reported(replace(WANTED, reference=" job-1 ", location="Lobby"), "harbour", "H", "m", NOW)
    assert again.number == FAULT.number
    assert reported(WANTED, "rival", "Harbour Homes", "mark", NOW).number != FAULT.number


@given(st.integers(0, 1800), st.none() | st.integers(0, 700))
def test_its_temporary_risk_holds_28_to_90_days_from_the_report(days: int, repair: int | None) -> None:
    expected_on = None if repair is None else NOW.date() + timedelta(days=repair)
    fault = replace(FAULT, since=NOW - timedelta(days=days), expected_on=expected_on)
    (risk,) = with_fault(NOTHING_HELD, fault).dossier.temporary
    assert timedelta(days=28) <= risk.ends_on - NOW.date() <= LONGEST
    assert risk.starts_on == local_date(fault.since)
    assert expected_on is None or risk.ends_on >= min(expected_on, NOW.date() + LONGEST)


def test_it_says_on_whose_word_it_stands_and_the_repair_clears_exactly_it() -> None:
    raised = with_fault(NOTHING_HELD, FAULT)
    other = with_fault(raised.dossier, replace(FAULT, number="R7-OTHER", kind=SystemKind.FF_LIFT))
    first, second = other.dossier.temporary
    assert said_by(first.as_shown()) == "responsible person, not seen by a crew"
    assert shown_words(first.as_shown(), NOW.date()) == "since 21 Nov, until 20 Dec"
    closed = repaired(replace(FAULT, risk_id=raised.risk_id), NOW, NOW)
    after = without_fault(other.dossier, closed, (), NOW)
    by_id = {one.risk_id: one for one in after.temporary}
    assert by_id[first.risk_id].because is TemporaryEnd.REPAIR_REPORTED
    assert by_id[second.risk_id].is_open
    seen = replace(first, source=TemporarySource.FAULT, callsign="K41")
    stays = without_fault(replace(NOTHING_HELD, temporary=(seen,)), closed, (), NOW)
    assert stays.temporary == (seen,)
    assert [one.action for one in stays.altered] == ["repair reported"]


def test_it_is_overdue_from_the_day_after_the_repair_was_expected() -> None:
    fault = replace(FAULT, expected_on=date(2026, 12, 1))
    assert [is_overdue(fault, date(2026, 12, day)) for day in (1, 2)] == [False, True]
    assert not is_overdue(repaired(fault, NOW, NOW), date(2027, 1, 1))
    assert not is_overdue(FAULT, date(2030, 1, 1))


@pytest.mark.parametrize(
    ("now", "before"),
    [
        (datetime(2027, 12, 22, 12, tzinfo=UTC), datetime(2026, 11, 22, tzinfo=UTC)),
        (datetime(2027, 7, 30, 23, 30, tzinfo=UTC), datetime(2026, 6, 29, 23, tzinfo=UTC)),
        (datetime(2027, 3, 31, 12, tzinfo=UTC), datetime(2026, 2, 28, tzinfo=UTC)),
    ],
)
def test_what_has_ended_is_kept_through_the_last_day_of_its_13_months(now: datetime, before: datetime) -> None:
    assert removed_if_ended_before(now) == before
