"""What becomes of a referral when its desk acts is decided by rules alone, and never past the table of transitions."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from schemas.vocabulary import ConsentState, Priority, ReferralKind, ReferralState
from services.referrals.handlers.filing import new_filed
from services.referrals.rules.alarms import AlarmReason
from services.referrals.rules.casework import (
    READ_FIRST,
    Asked,
    Done,
    Refusal,
    acceptance,
    acknowledgement,
    cancellation,
    closing,
    contact_made,
    escalation,
    rejection,
    reopening,
    rerouting,
)
from services.referrals.rules.outcomes import Outcome
from services.referrals.rules.raising import Raised
from services.referrals.rules.records import Filed
from services.referrals.rules.transitions import may_move

RAISED_AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
NOW = RAISED_AT + timedelta(hours=1)
ASKED = Asked("elm", NOW, "for a good reason")
ACTS: dict[ReferralState, Callable[[Filed], Done | Refusal]] = {
    ReferralState.ACKNOWLEDGED: lambda filed: acknowledgement(filed, ASKED),
    ReferralState.ACCEPTED: lambda filed: acceptance(filed, ASKED),
    ReferralState.REJECTED: lambda filed: rejection(filed, ASKED),
    ReferralState.CLOSED: lambda filed: closing(filed, Outcome.PUT_RIGHT, ASKED, has_read=True),
    ReferralState.CANCELLED: lambda filed: cancellation(filed, ASKED, has_read=True),
    ReferralState.IN_PROGRESS: lambda filed: reopening(filed, ASKED),
    ReferralState.REROUTED: lambda filed: rerouting(filed, ReferralKind.BS2, ASKED, ()),
}


def a_referral(state: ReferralState = ReferralState.RAISED, kind: ReferralKind = ReferralKind.BS1) -> Filed:
    return replace(new_filed(Raised(kind, None, ()), "a visit", "S1", RAISED_AT), state=state)


def done(answer: Done | Refusal) -> Done:
    assert isinstance(answer, Done)
    return answer


@pytest.mark.parametrize("state", ReferralState)
@pytest.mark.parametrize("next_state", ACTS)
def test_no_act_goes_past_the_table_of_transitions(state: ReferralState, next_state: ReferralState) -> None:
    answer = ACTS[next_state](a_referral(state))
    if not may_move(state, next_state):
        assert isinstance(answer, Refusal)
        assert "cannot become" in answer.conflict
        return
    moved = done(answer)
    assert (moved.filed.state, moved.filed.version, moved.step.state) == (next_state, 2, next_state)
    assert (moved.step.by, moved.step.at) == ("elm", NOW)


def test_whoever_cancels_has_taken_notice_and_whoever_has_done_so_before_keeps_the_credit() -> None:
    cancelled = done(cancellation(a_referral(), ASKED, has_read=True))
    assert (cancelled.filed.acknowledged_by, cancelled.filed.finished_at, cancelled.is_acknowledged) == (
        "elm",
        NOW,
        True,
    )
    before = replace(a_referral(ReferralState.ACCEPTED), acknowledged_at=RAISED_AT, acknowledged_by="oak")
    later = done(cancellation(before, ASKED, has_read=True))
    assert (later.filed.acknowledged_by, later.filed.acknowledged_at, later.is_acknowledged) == (
        "oak",
        RAISED_AT,
        False,
    )
    assert later.over == tuple(AlarmReason)


def test_all_that_is_wrong_is_named_at_once_and_that_it_is_too_late_before_everything() -> None:
    asked = Asked("elm", NOW, "x" * 501)
    answer = closing(a_referral(ReferralState.ACCEPTED), None, asked, has_read=False)
    assert isinstance(answer, Refusal)
    assert answer.faults[0] == READ_FIRST
    assert [fault.field for fault in answer.faults] == ["purpose", "outcome", "words"]
    late = closing(a_referral(ReferralState.CLOSED), None, asked, has_read=False)
    assert late == Refusal(conflict="a referral that is closed cannot become closed")


def test_what_is_sent_on_begins_anew_as_the_other_kind() -> None:
    before = replace(a_referral(ReferralState.REJECTED), acknowledged_at=RAISED_AT, acknowledged_by="oak")
    sent = done(rerouting(before, ReferralKind.BS3, ASKED, ()))
    assert (sent.filed.kind, sent.filed.raised_as, sent.filed.priority) == (
        ReferralKind.BS3,
        ReferralKind.BS1,
        Priority.P4,
    )
    assert (sent.filed.acknowledged_at, sent.filed.clock_started_at) == (None, NOW)
    assert sent.step.words.endswith(": for a good reason")
    assert [alarm.reason for alarm in sent.alarms] == [AlarmReason.NOT_ACKNOWLEDGED]


def test_nothing_reaches_safe_and_well_without_consent_nor_an_open_desk_from_a_closed_one() -> None:
    case = a_referral(ReferralState.REJECTED, ReferralKind.SG3)
    for kind, consents in ((ReferralKind.SG10, [ConsentState.REFUSED]), (ReferralKind.BS1, []), (None, [])):
        answer = rerouting(case, kind, ASKED, consents)
        assert isinstance(answer, Refusal)
        assert [fault.field for fault in answer.faults] == ["kind"]
    assert done(rerouting(case, ReferralKind.SG10, ASKED, [ConsentState.GIVEN])).filed.kind is ReferralKind.SG10


def test_the_first_contact_counts_and_a_finished_referral_takes_none() -> None:
    first = done(contact_made(a_referral(), RAISED_AT, ASKED))
    second = done(contact_made(first.filed, NOW, ASKED))
    assert (second.filed.spoken_at, second.filed.version, second.filed.state) == (RAISED_AT, 3, ReferralState.RAISED)
    finished = contact_made(a_referral(ReferralState.CANCELLED), NOW, ASKED)
    assert isinstance(finished, Refusal)
    assert "open it again" in finished.conflict


def test_a_referral_opened_again_sets_an_alarm_only_while_nobody_was_spoken_to() -> None:
    closed = a_referral(ReferralState.CLOSED)
    assert [alarm.reason for alarm in done(reopening(closed, ASKED)).alarms] == [AlarmReason.NOBODY_SPOKEN_TO]
    assert done(reopening(replace(closed, spoken_at=RAISED_AT), ASKED)).alarms == ()


def test_only_what_nobody_acknowledged_is_escalated_and_its_version_stays() -> None:
    gone_up = escalation(a_referral(), AlarmReason.NOT_ACKNOWLEDGED)
    assert gone_up is not None
    assert (gone_up.state, gone_up.version) == (ReferralState.ESCALATED, 1)
    assert escalation(a_referral(), AlarmReason.NOBODY_SPOKEN_TO) is None
    assert escalation(a_referral(ReferralState.ACCEPTED), AlarmReason.NOT_ACKNOWLEDGED) is None
