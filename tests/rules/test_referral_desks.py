"""Who may know of which referral, when a late desk is told again, and which contact record can be true."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.visit_parts import CrewReferral, is_closed
from schemas.vocabulary import ConsentState, Priority, ReferralKind, Role
from services.referrals.handlers.filing import new_filed
from services.referrals.rules.alarms import AlarmReason, alarms_after, first_alarms
from services.referrals.rules.contact import reasons_to_refuse_contact
from services.referrals.rules.desks import DESKS, desks_of, may_be_sent_on_as
from services.referrals.rules.kinds import KINDS
from services.referrals.rules.raising import Raised
from services.referrals.rules.rights import READERS, RIGHTS, may_read, scopes_of
from tests.builders import NOW

ONE_KIND = st.sampled_from(list(ReferralKind)).flatmap(
    lambda kind: st.tuples(st.just(kind), st.sampled_from(KINDS[kind].priorities))
)


@pytest.mark.parametrize("kind", ReferralKind)
def test_every_kind_has_a_desk_with_somebody_at_it(kind: ReferralKind) -> None:
    assert any(kind in desk.kinds and desk.roles for desk in DESKS)


@pytest.mark.parametrize("kind", ReferralKind)
def test_every_kind_has_somebody_who_works_it(kind: ReferralKind) -> None:
    assert any(right.works and kind in right.kinds for right in RIGHTS)


@pytest.mark.parametrize("role", READERS)
def test_the_desks_of_a_role_show_all_that_it_may_read_and_each_of_them_something(role: Role) -> None:
    desks = desks_of([role.value])
    readable = frozenset().union(*(scope.kinds for scope in scopes_of([role.value], "S1")))
    assert readable <= frozenset().union(*(desk.kinds for desk in desks))
    assert all(desk.kinds & readable for desk in desks)


def test_who_works_a_desk_finds_it_first() -> None:
    for role in READERS:
        works = frozenset().union(*(right.kinds for right in RIGHTS if right.role is role and right.works))
        assert not works or desks_of([role.value])[0].kinds & works


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SAFEGUARDING, Role.INFORMATION_GOVERNANCE}))
def test_nobody_else_knows_of_a_concern_above_the_threshold(role: Role) -> None:
    above = {kind for kind in ReferralKind if kind.startswith("SG")} - {ReferralKind.SG10, ReferralKind.SG11}
    assert not any(above & scope.kinds for scope in scopes_of([role.value], "S1"))


def test_who_said_no_is_not_known_to_safe_and_well() -> None:
    for consent in (None, *ConsentState):
        referral = CrewReferral(kind=ReferralKind.SG10, consent_state=consent)
        filed = new_filed(Raised(ReferralKind.SG10, None, (), by_crew=(referral,)), "a visit", "S1", NOW)
        assert may_read(["prevention"], "S1", filed) is (consent is ConsentState.GIVEN)
        assert may_read(["safeguarding"], "S1", filed)


@given(st.sampled_from(list(ReferralKind)), st.sampled_from(list(ReferralKind)))
def test_nothing_is_sent_on_between_an_open_and_a_closed_desk(kind: ReferralKind, other: ReferralKind) -> None:
    assert not (may_be_sent_on_as(kind, other) and is_closed(kind) != is_closed(other))


@given(ONE_KIND, st.integers(0, 60 * 24 * 40))
def test_the_next_alarm_is_always_still_to_come_and_one_step_on(one: tuple[ReferralKind, Priority], late: int) -> None:
    kind, priority = one
    (first, *_) = first_alarms(kind, priority, NOW, has_spoken=True)
    now = first.due_at + timedelta(minutes=late)
    sounding, second = alarms_after(first, kind, priority, NOW, now)
    assert (sounding, second.step) == (first, 2)
    if second.due_at <= now:
        sounding, following = alarms_after(second, kind, priority, NOW, now)
        assert sounding.due_at <= now < following.due_at
        assert following.step == sounding.step + 1


def test_somebody_is_to_be_spoken_to_only_where_it_is_urgent_and_not_done() -> None:
    for kind, spoken, wanted in (("BS1", False, True), ("BS1", True, False), ("BS2", False, False)):
        policy = KINDS[ReferralKind(kind)]
        alarms = first_alarms(policy.kind, policy.priorities[0], NOW, has_spoken=spoken)
        assert (AlarmReason.NOBODY_SPOKEN_TO in {alarm.reason for alarm in alarms}) is wanted


@pytest.mark.parametrize(
    ("spoken_to", "minutes", "may"),
    [
        ("Duty officer", 0, True),
        ("Duty officer", 5, True),
        ("Duty officer", 6, False),
        (" ", 0, False),
        ("Duty officer", -24 * 60, True),
        ("Duty officer", -24 * 60 - 1, False),
    ],
)
def test_a_contact_record_is_refused_if_it_cannot_be_true(spoken_to: str, minutes: int, may: bool) -> None:
    reasons = reasons_to_refuse_contact(spoken_to, NOW + timedelta(minutes=minutes), NOW, NOW)
    assert (reasons == ()) is may
