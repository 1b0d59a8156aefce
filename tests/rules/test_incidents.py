"""Whether an incident's address is that of the premises, and what may be said again of an incident."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.control.rules.incidents import (
    Given,
    Incident,
    KnownAddress,
    check_address,
    ended,
    opened,
    reasons_to_refuse_number,
)
from tests.builders import NOW
from tests.cases import table

MARLOWE = KnownAddress(
    "999900000100",
    "Marlowe House",
    "Marlowe House, 12–60 King Street, Wexcombe",
    "XQ1 4AB",
    "Mill House",
    300000.0,
    130000.0,
)
SENT = Incident("4711", Given(written="30 King Street"), ("K41",), MARLOWE.premises_id, NOW, "control", NOW, "control")


@pytest.mark.parametrize("case", table("incident_addresses"), ids=lambda case: case["case"])
def test_two_addresses_are_proven_equal_or_shown_to_differ(case: dict[str, Any]) -> None:
    known = MARLOWE if case.get("known", True) else None
    check = check_address(Given(**{name: case[name] for name in Given.model_fields if name in case}), known)
    assert (check.state, check.reasons) == (case["state"], (case["says"],) if "says" in case else ())


def test_an_incident_sent_again_keeps_when_it_began_and_who_was_sent() -> None:
    later = NOW + timedelta(minutes=2)
    again = replace(SENT, callsigns=("K42", "K41"), opened_at=later, opened_by="other", changed_at=later)
    said_more = opened(SENT, again)
    assert (said_more.opened_at, said_more.opened_by, said_more.callsigns) == (NOW, "control", ("K41", "K42"))
    assert said_more.changed_at == later


@given(minutes=st.integers(0, 1000), by=st.text(min_size=1, max_size=9))
def test_the_same_said_again_changes_nothing_and_does_not_open_what_is_closed(minutes: int, by: str) -> None:
    later = NOW + timedelta(minutes=minutes)
    again = replace(SENT, opened_at=later, opened_by=by, changed_at=later, changed_by=by)
    assert opened(SENT, again) == SENT
    closed = ended(SENT, later, by, again=False)
    assert opened(closed, again) == closed
    assert ended(closed, later, by, again=False) == closed
    assert ended(closed, later, by, again=True).is_open


@pytest.mark.parametrize(
    ("number", "is_good"),
    [
        ("2026-004711", True),
        ("", False),
        ("47/11", False),
        ("-1", False),
        ("a" * 40, True),
        ("a" * 41, False),
        ("٤٧", False),
    ],
)
def test_a_number_that_can_stand_in_an_address_is_taken(number: str, is_good: bool) -> None:
    assert (reasons_to_refuse_number(number) == ()) == is_good
