"""The table of referral kinds: every kind has its desk and its clocks."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schemas.visit_parts import is_closed
from schemas.vocabulary import Priority, ReferralKind, Stream
from services.referrals.rules.deadlines import Need, deadlines_of, escalation_due_at
from services.referrals.rules.kinds import KINDS, priority_of
from tests.cases import table

RAISED_AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
TABLE = table("referrals")


def named(case: dict[str, Any]) -> str:
    return case.get("case") or " ".join(str(case.get(name, "")) for name in ("kind", "level", "priority", "need"))


def moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize("case", TABLE["deadlines"], ids=named)
def test_a_referral_has_the_priority_and_the_deadlines_of_the_table(case: dict[str, Any]) -> None:
    kind = ReferralKind(case["kind"])
    priority = priority_of(
        kind,
        level=case.get("level"),
        safety_critical=case.get("safety_critical", False),
        urgent=case.get("urgent", True),
    )
    found = deadlines_of(kind, priority, RAISED_AT, Need(case["need"]) if "need" in case else None)
    assert priority is Priority(case["priority"])
    assert found.acknowledge_by == moment(case["acknowledge"])
    assert found.first_action_by == moment(case.get("first_action"))


def test_every_kind_is_in_the_table_and_in_the_cases() -> None:
    assert set(KINDS) == set(ReferralKind)
    assert {case["kind"] for case in TABLE["deadlines"]} == set(ReferralKind)


def test_every_kind_belongs_to_the_stream_that_its_code_names() -> None:
    streams = {kind: line.stream for kind, line in KINDS.items()}
    assert all((stream is Stream.SAFEGUARDING) is kind.startswith("SG") for kind, stream in streams.items())
    assert (streams[ReferralKind.BS1], streams[ReferralKind.RI1]) == (Stream.BUILDING_SAFETY, Stream.RISK_INTELLIGENCE)


def test_a_kind_is_restricted_exactly_where_it_never_travels_in_the_open() -> None:
    assert {kind for kind, line in KINDS.items() if line.restricted} == {
        kind for kind in ReferralKind if is_closed(kind)
    }


@pytest.mark.parametrize("kind", ReferralKind)
def test_a_more_urgent_priority_never_has_the_longer_clock(kind: ReferralKind) -> None:
    dues = [deadlines_of(kind, priority, RAISED_AT).acknowledge_by for priority in KINDS[kind].priorities]
    assert dues == sorted(dues)


@pytest.mark.parametrize(("priority", "minutes"), [("P0", 15), ("P1", 15), ("P2", None), ("P3", None), ("P4", None)])
def test_only_p0_and_p1_need_somebody_to_have_spoken_within_15_minutes(priority: str, minutes: int | None) -> None:
    found = deadlines_of(ReferralKind.SG8, Priority(priority), RAISED_AT).human_contact_by
    assert found == (None if minutes is None else RAISED_AT + timedelta(minutes=minutes))


def test_an_unacknowledged_referral_goes_up_at_its_deadline_and_every_half_interval_after() -> None:
    dues = [escalation_due_at(ReferralKind.BS1, Priority.P1, RAISED_AT, step) for step in (1, 2, 3)]
    assert [due - RAISED_AT for due in dues] == [timedelta(minutes=15), timedelta(minutes=22.5), timedelta(minutes=30)]
    assert escalation_due_at(ReferralKind.BS4, Priority.P2, RAISED_AT, 2) == RAISED_AT + timedelta(hours=6)
