"""The review queue: what comes first, by when, who is told, and where an item may go."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.vocabulary import ReviewState
from services.risk_register.rules.review_queue import (
    NEXT_STATES,
    Claim,
    Escalation,
    escalation,
    is_held,
    lease_until,
    may_move,
    reasons_to_refuse_claim,
    review_due_at,
)

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("level", "safety_critical", "due"),
    [
        (1, True, "2026-11-23 14:00"),
        (5, True, "2026-11-23 14:00"),
        (5, False, "2026-11-24 10:00"),
        (4, False, "2026-11-24 10:00"),
        (3, False, "2026-11-26 10:00"),
        (2, False, "2026-12-07 10:00"),
        (1, False, "2026-12-07 10:00"),
        (None, False, "2026-11-24 10:00"),
    ],
)
def test_an_item_is_due_by_its_level_and_sooner_if_safety_critical(
    level: int | None, safety_critical: bool, due: str
) -> None:
    assert review_due_at(MONDAY, level, safety_critical) == datetime.fromisoformat(due).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "role"),
    [
        (MONDAY + timedelta(hours=3, minutes=59), Escalation.NOBODY),
        (MONDAY + timedelta(hours=4), Escalation.RISK_TEAM_MANAGER),
        (MONDAY + timedelta(hours=22), Escalation.RISK_TEAM_MANAGER),
        (MONDAY + timedelta(days=1, hours=1), Escalation.GROUP_MANAGER),
    ],
)
def test_a_waiting_item_goes_up_at_its_time_and_again_at_twice_its_time(now: datetime, role: Escalation) -> None:
    assert escalation(MONDAY, 3, True, now) is role


def test_a_claim_lasts_30_minutes() -> None:
    claim = Claim("ada", lease_until(MONDAY))
    assert is_held(claim, MONDAY + timedelta(minutes=29, seconds=59))
    assert not is_held(claim, MONDAY + timedelta(minutes=30))
    assert not is_held(None, MONDAY)


def test_two_reviewers_never_hold_one_item() -> None:
    claim = Claim("ada", lease_until(MONDAY))
    assert reasons_to_refuse_claim(ReviewState.CLAIMED, claim, "ben", MONDAY) == ("ada is working on it",)
    assert reasons_to_refuse_claim(ReviewState.CLAIMED, claim, "ben", MONDAY + timedelta(minutes=30)) == ()


def test_a_reviewer_may_renew_their_own_claim() -> None:
    claim = Claim("ada", lease_until(MONDAY))
    assert reasons_to_refuse_claim(ReviewState.CLAIMED, claim, "ada", MONDAY) == ()


@pytest.mark.parametrize("state", ReviewState)
def test_only_what_waits_may_be_claimed(state: ReviewState) -> None:
    waits = {ReviewState.QUEUED, ReviewState.CONFLICT, ReviewState.ESCALATED, ReviewState.CLAIMED}
    assert (reasons_to_refuse_claim(state, None, "ada", MONDAY) == ()) is (state in waits)


@pytest.mark.parametrize(
    ("path"),
    [
        "RECEIVED VALIDATED RESOLVED QUEUED CLAIMED PUBLISHED SUPERSEDED",
        "RECEIVED QUARANTINED REPLAYED VALIDATED GEO_REVIEW RESOLVED QUEUED",
        "QUEUED CLAIMED RETURNED RESUBMITTED QUEUED CLAIMED PUBLISHED_AMENDED WITHDRAWN",
        "QUEUED CLAIMED ESCALATED CLAIMED REJECTED",
        "QUEUED CONFLICT CLAIMED MERGED",
    ],
)
def test_an_item_may_go_the_ways_of_the_policy(path: str) -> None:
    states = [ReviewState(name) for name in path.split()]
    assert all(may_move(state, following) for state, following in pairwise(states))


@pytest.mark.parametrize(
    ("state", "following"),
    [
        ("QUEUED", "PUBLISHED"),
        ("RECEIVED", "PUBLISHED"),
        ("REJECTED", "QUEUED"),
        ("PUBLISHED", "QUEUED"),
        ("QUARANTINED", "VALIDATED"),
    ],
)
def test_no_item_skips_a_person(state: str, following: str) -> None:
    assert not may_move(ReviewState(state), ReviewState(following))


def test_every_state_has_its_ways_and_from_every_unfinished_one_an_end_can_be_reached() -> None:
    assert set(NEXT_STATES) == set(ReviewState)
    reachable = {state for state, following in NEXT_STATES.items() if not following}
    while grown := {state for state, following in NEXT_STATES.items() if following & reachable} - reachable:
        reachable |= grown
    assert reachable == set(ReviewState)


@given(st.integers(1, 4), st.booleans(), st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)))  # noqa: DTZ001 - Hypothesis wants naive bounds
def test_a_higher_level_is_never_due_later(level: int, safety_critical: bool, received: datetime) -> None:
    received_at = received.replace(tzinfo=UTC)
    assert review_due_at(received_at, level + 1, safety_critical) <= review_due_at(received_at, level, safety_critical)
