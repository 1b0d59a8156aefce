"""Where a referral may go, and what must be said when it goes there."""

from itertools import pairwise

import pytest

from schemas.vocabulary import ReferralState
from services.referrals.rules.transitions import (
    FINISHED,
    NEXT_STATES,
    WAITING_FOR_ACKNOWLEDGEMENT,
    may_move,
    reasons_to_refuse_move,
)


@pytest.mark.parametrize(
    "path",
    [
        "RAISED SENT ACKNOWLEDGED ACCEPTED IN_PROGRESS CLOSED",
        "RAISED SENT ESCALATED ESCALATED ACKNOWLEDGED ACCEPTED CLOSED",
        "SENT ACKNOWLEDGED REJECTED REROUTED SENT ACKNOWLEDGED",
        "RAISED ACKNOWLEDGED",
        "ACCEPTED IN_PROGRESS DUPLICATE_OF",
        "RAISED CANCELLED",
        "ACCEPTED CLOSED IN_PROGRESS CLOSED",
    ],
)
def test_a_referral_may_go_the_ways_of_the_policy(path: str) -> None:
    states = [ReferralState(name) for name in path.split()]
    assert all(may_move(state, following) for state, following in pairwise(states))


@pytest.mark.parametrize(
    ("state", "following"),
    [("RAISED", "CLOSED"), ("SENT", "ACCEPTED"), ("CLOSED", "RAISED"), ("REJECTED", "CLOSED"), ("CANCELLED", "SENT")],
)
def test_a_referral_never_ends_unseen_and_never_comes_back(state: str, following: str) -> None:
    assert reasons_to_refuse_move(ReferralState(state), ReferralState(following), "reason") != ()


@pytest.mark.parametrize(
    ("state", "following"),
    [
        ("IN_PROGRESS", "CLOSED"),
        ("ACKNOWLEDGED", "REJECTED"),
        ("REJECTED", "REROUTED"),
        ("SENT", "CANCELLED"),
        ("SENT", "DUPLICATE_OF"),
    ],
)
def test_an_outcome_reason_or_destination_must_be_said(state: str, following: str) -> None:
    assert len(reasons_to_refuse_move(ReferralState(state), ReferralState(following), "  ")) == 1
    assert reasons_to_refuse_move(ReferralState(state), ReferralState(following), "said") == ()


def test_an_acknowledgement_needs_no_words() -> None:
    assert reasons_to_refuse_move(ReferralState.SENT, ReferralState.ACKNOWLEDGED) == ()


def test_a_refused_move_says_what_cannot_become_what() -> None:
    assert reasons_to_refuse_move(ReferralState.CANCELLED, ReferralState.IN_PROGRESS) == (
        "a referral that is cancelled cannot become in progress",
    )


@pytest.mark.parametrize("words", ["", "  too soon  ", None])
def test_a_closed_referral_is_opened_again_only_with_a_reason(words: str | None) -> None:
    assert reasons_to_refuse_move(ReferralState.CLOSED, ReferralState.IN_PROGRESS, words) == (
        "say in 10 characters or more why it is opened again",
    )
    assert reasons_to_refuse_move(ReferralState.CLOSED, ReferralState.IN_PROGRESS, "closed too soon") == ()


def test_every_state_has_its_ways_and_what_nobody_took_can_always_be_taken() -> None:
    assert set(NEXT_STATES) == set(ReferralState)
    assert {ReferralState.CLOSED, ReferralState.CANCELLED, ReferralState.DUPLICATE_OF} == FINISHED
    assert all(may_move(state, ReferralState.ACKNOWLEDGED) for state in WAITING_FOR_ACKNOWLEDGEMENT)
