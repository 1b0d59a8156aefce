"""Who is told of what is late: the next role first, then Control, and never more than either may know."""

from datetime import timedelta

import pytest

from schemas.visit_parts import is_closed
from schemas.vocabulary import Priority, ReferralKind, ReferralState, Role
from services.referrals.rules.alarms import Alarm, AlarmReason, alarms_after, first_alarms, still_matters
from services.referrals.rules.contact import reasons_to_refuse_incident_number
from services.referrals.rules.escalation import (
    LADDERS,
    SAFEGUARDING,
    as_reference,
    is_pressing,
    may_be_named,
    number_is_needed,
    role_alarmed,
)
from services.referrals.rules.rights import Only, scopes_of
from tests.builders import NOW

NOT_ACKNOWLEDGED, NOBODY_SPOKEN_TO = AlarmReason.NOT_ACKNOWLEDGED, AlarmReason.NOBODY_SPOKEN_TO


@pytest.mark.parametrize("kind", ReferralKind)
def test_the_next_role_is_told_first_and_control_from_the_second_step_on(kind: ReferralKind) -> None:
    roles = [role_alarmed(kind, NOT_ACKNOWLEDGED, step) for step in (1, 2, 3, 40)]
    assert roles == [LADDERS[kind].next_role, Role.CONTROL, Role.CONTROL, Role.CONTROL]


@pytest.mark.parametrize("kind", ReferralKind)
def test_a_missing_contact_reaches_control_at_once(kind: ReferralKind) -> None:
    assert role_alarmed(kind, NOBODY_SPOKEN_TO, 1) is Role.CONTROL


@pytest.mark.parametrize("kind", ReferralKind)
def test_the_next_role_may_read_every_referral_that_goes_up_to_it(kind: ReferralKind) -> None:
    scopes = scopes_of((LADDERS[kind].next_role,), None)
    assert any(kind in scope.kinds and scope.only is Only.ALL for scope in scopes)


def test_every_closed_alarm_names_the_same_officer() -> None:
    assert {LADDERS[kind].duty_officer for kind in ReferralKind if is_closed(kind)} == {SAFEGUARDING.duty_officer}


@pytest.mark.parametrize("kind", ReferralKind)
@pytest.mark.parametrize("priority", Priority)
def test_an_alarm_names_to_control_only_what_control_may_read(kind: ReferralKind, priority: Priority) -> None:
    building = kind.value.startswith("BS") and is_pressing(priority)
    risk = kind.value.startswith("RI") and kind is not ReferralKind.RI6
    assert may_be_named(kind, priority) is (building or risk)
    assert number_is_needed(kind) is is_closed(kind)


def test_a_missing_contact_sounds_again_every_half_of_its_15_minutes_and_once_for_all_it_missed() -> None:
    (alarm,) = (
        each
        for each in first_alarms(ReferralKind.SG2, Priority.P1, NOW, has_spoken=False)
        if each.reason is NOBODY_SPOKEN_TO
    )
    assert alarm == Alarm(NOBODY_SPOKEN_TO, 1, NOW + timedelta(minutes=15))
    first = alarms_after(alarm, ReferralKind.SG2, Priority.P1, NOW, NOW + timedelta(minutes=15))
    assert first == (alarm, Alarm(NOBODY_SPOKEN_TO, 2, NOW + timedelta(minutes=22.5)))
    sounding, following = alarms_after(alarm, ReferralKind.SG2, Priority.P1, NOW, NOW + timedelta(hours=1))
    assert (sounding.step, following.step, following.due_at - NOW) == (7, 8, timedelta(minutes=67.5))


def test_a_missing_contact_matters_until_somebody_was_spoken_to() -> None:
    assert still_matters(NOBODY_SPOKEN_TO, ReferralState.ACKNOWLEDGED, None)
    assert not still_matters(NOBODY_SPOKEN_TO, ReferralState.ACKNOWLEDGED, NOW)


@pytest.mark.parametrize("written", ["k7pq-3m2x", "K7PQ3M2X", " k7pq 3m2x ", "K7PQ–3M2X"])
def test_a_reference_is_found_however_it_was_written_down(written: str) -> None:
    assert as_reference(written) == "K7PQ-3M2X"


@pytest.mark.parametrize(
    ("number", "must", "right"),
    [
        ("2026-004711", True, True),
        ("SG/118", True, True),
        ("", False, True),
        ("", True, False),
        ("Flat 3", True, False),
        ("Quay", True, False),
        ("1" * 21, False, False),
    ],
)
def test_an_incident_number_is_a_number_and_no_words(number: str, must: bool, right: bool) -> None:
    assert (reasons_to_refuse_incident_number(number, must_be_given=must) == ()) is right
