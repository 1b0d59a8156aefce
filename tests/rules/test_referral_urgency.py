"""How a referral becomes more urgent once the risk level is known, and never less so."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.vocabulary import ReferralKind, ReferralState
from services.referrals.handlers.filing import new_filed
from services.referrals.rules.raising import Raised
from services.referrals.rules.records import Filed
from services.referrals.rules.urgency import Appraisal, more_urgent
from tests.cases import table

RAISED_AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def a_referral(kind: str, level: int | None = None) -> Filed:
    return new_filed(Raised(ReferralKind(kind), None, ()), "a visit", "S1", RAISED_AT, Appraisal(level))


@pytest.mark.parametrize("case", table("referrals")["urgency"], ids=lambda case: case["case"])
def test_a_referral_becomes_as_urgent_as_the_table_says(case: dict[str, Any]) -> None:
    now = RAISED_AT + timedelta(hours=case.get("after", 0))
    filed = a_referral(case["kind"], case.get("said"))
    change = more_urgent(filed, Appraisal(case.get("level"), case.get("safety_critical")), now)
    if case["expect"] is None:
        assert change is None
        return
    assert change is not None
    due = datetime.strptime(case["expect"]["acknowledge"], "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
    assert (change.priority, change.acknowledge_by) == (case["expect"]["priority"], due)
    assert change.restarts is (change.acknowledge_by < filed.acknowledge_by)


def test_what_is_finished_stays_as_it_was() -> None:
    assert more_urgent(replace(a_referral("RI1"), state=ReferralState.CLOSED), Appraisal(5), RAISED_AT) is None


def test_what_a_desk_has_in_hand_keeps_its_clock_and_is_more_urgent_all_the_same() -> None:
    change = more_urgent(replace(a_referral("RI1"), state=ReferralState.ACKNOWLEDGED), Appraisal(5), RAISED_AT)
    assert change is not None
    assert (change.priority, change.restarts) == ("P1", False)
    assert change.human_contact_by == RAISED_AT + timedelta(minutes=15)


@given(
    st.sampled_from([kind for kind in ReferralKind if not kind.startswith("SG")]),
    st.none() | st.integers(1, 5),
    st.none() | st.integers(1, 5),
    st.none() | st.booleans(),
    st.integers(0, 60 * 24 * 30),
)
def test_nothing_ever_becomes_less_urgent_or_later(
    kind: ReferralKind, said: int | None, level: int | None, critical: bool | None, minutes: int
) -> None:
    filed = a_referral(kind.value, said)
    change = more_urgent(filed, Appraisal(level, critical), RAISED_AT + timedelta(minutes=minutes))
    if change is not None:
        assert change.priority < filed.priority
        assert change.acknowledge_by <= filed.acknowledge_by
