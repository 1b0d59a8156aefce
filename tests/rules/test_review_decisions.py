"""Who may decide on a visit: never its author, and two people where it matters most."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from schemas.vocabulary import ReviewState, Role
from services.risk_register.rules.decisions import (
    Approval,
    Decision,
    DecisionAnswer,
    Proposal,
    Request,
    answer_decision,
    is_author,
    needs_second_approver,
    what_is_missing,
)
from services.risk_register.rules.review_queue import Claim, lease_until

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
CLAIMED_BY_ADA = Proposal(
    state=ReviewState.CLAIMED,
    authors=frozenset({"officer-12", "ff-31"}),
    level=3,
    present_level=3,
    claim=Claim("ada", lease_until(NOW)),
)


def decided(
    proposal: Proposal = CLAIMED_BY_ADA,
    decision: Decision = Decision.PUBLISH,
    by: str = "ada",
    role: Role = Role.RISK_TEAM,
    at: datetime = NOW,
    reason: str | None = None,
    fields: tuple[str, ...] = (),
) -> DecisionAnswer:
    request = Request(reason, fields, into="another-visit", has_changes=True)
    return answer_decision(proposal, decision, by, role, at, request)


def claimed_by(name: str, proposal: Proposal = CLAIMED_BY_ADA) -> Proposal:
    return replace(proposal, claim=Claim(name, lease_until(NOW)))


@pytest.mark.parametrize(
    ("decision", "state"),
    [
        (Decision.PUBLISH, ReviewState.PUBLISHED),
        (Decision.AMEND, ReviewState.PUBLISHED_AMENDED),
        (Decision.RETURN, ReviewState.RETURNED),
        (Decision.REJECT, ReviewState.REJECTED),
        (Decision.MERGE, ReviewState.MERGED),
        (Decision.ESCALATE, ReviewState.ESCALATED),
    ],
)
def test_a_reviewer_decides_on_a_claimed_item(decision: Decision, state: ReviewState) -> None:
    answer = decided(decision=decision, reason="storeys do not agree", fields=("storeys_above",))
    assert answer == DecisionAnswer(state)


def test_an_item_must_be_claimed_first() -> None:
    answer = decided(replace(CLAIMED_BY_ADA, state=ReviewState.QUEUED, claim=None))
    assert answer == DecisionAnswer(ReviewState.QUEUED, ("claim the item first",))


def test_only_the_holder_of_a_live_claim_decides() -> None:
    assert decided(by="ben").reasons_to_refuse == ("ada has claimed it",)
    late = decided(at=NOW + timedelta(minutes=30))
    assert late.reasons_to_refuse == ("the claim has run out; claim the item again",)


@pytest.mark.parametrize("decision", [decision for decision in Decision if decision is not Decision.ESCALATE])
def test_the_author_never_decides(decision: Decision) -> None:
    answer = decided(claimed_by("ff-31"), decision, by="ff-31", reason="mine", fields=("hazards",))
    assert answer.reasons_to_refuse == ("the author of a visit cannot decide on it",)
    assert answer.next_state is ReviewState.CLAIMED


def test_the_author_may_pass_it_up() -> None:
    assert decided(claimed_by("ff-31"), Decision.ESCALATE, by="ff-31").next_state is ReviewState.ESCALATED


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.RISK_TEAM, Role.RISK_TEAM_MANAGER}])
def test_nobody_outside_the_risk_team_decides(role: Role) -> None:
    assert decided(role=role).reasons_to_refuse == ("only the central risk team decides",)


@pytest.mark.parametrize("decision", [Decision.RETURN, Decision.REJECT])
def test_a_return_or_rejection_says_why_and_which_fields(decision: Decision) -> None:
    assert [one.pointer for one in decided(decision=decision).missing] == ["/fields", "/reason"]
    assert [one.pointer for one in decided(decision=decision, reason="no", fields=("uprn",)).missing] == ["/reason"]
    assert decided(decision=decision, reason="Which yard?", fields=("uprn",)).missing == ()


@pytest.mark.parametrize(
    ("decision", "given", "missing"),
    [
        (Decision.MERGE, Request(), ["/into"]),
        (Decision.AMEND, Request(), ["/facts"]),
        (Decision.AMEND, Request(leave_out=("roof",), has_changes=True), ["/reason"]),
        (Decision.AMEND, Request("Empty now", leave_out=("roof",), has_changes=True), []),
        (Decision.PUBLISH, Request(), []),
        (Decision.ESCALATE, Request(), []),
    ],
)
def test_a_decision_says_everything_it_still_lacks(decision: Decision, given: Request, missing: list[str]) -> None:
    assert [one.pointer for one in what_is_missing(decision, given)] == missing


@pytest.mark.parametrize("name", ["ff-31", "FF-31", " officer-12 "])
def test_a_name_typed_in_other_case_is_the_same_authors(name: str) -> None:
    assert is_author(name, CLAIMED_BY_ADA.authors)
    assert not is_author("ada", CLAIMED_BY_ADA.authors)


@pytest.mark.parametrize(
    ("level", "present", "two"),
    [
        (5, None, True),
        (5, 5, True),
        (4, 5, True),
        (3, 4, True),
        (4, 4, False),
        (4, 3, False),
        (4, None, False),
        (None, None, False),
        (None, 2, True),
    ],
)
def test_level_5_and_a_lowered_level_need_two_people(level: int | None, present: int | None, two: bool) -> None:
    assert needs_second_approver(level, present) is two


def test_the_first_of_two_approvals_sends_the_item_back_to_wait_for_another_person() -> None:
    answer = decided(replace(CLAIMED_BY_ADA, level=5))
    assert answer == DecisionAnswer(ReviewState.QUEUED, waits_for_second=True)


def test_the_second_approval_must_be_another_persons() -> None:
    once = replace(CLAIMED_BY_ADA, level=2, first_approval=Approval("ada", Role.RISK_TEAM))
    assert decided(once).reasons_to_refuse == ("the second approval must be another person's",)
    assert decided(claimed_by("ben", once), by="ben").next_state is ReviewState.PUBLISHED


def test_one_of_the_two_who_approve_a_level_5_is_the_manager() -> None:
    by_team = replace(claimed_by("ben"), level=5, first_approval=Approval("ada", Role.RISK_TEAM))
    assert decided(by_team, by="ben").reasons_to_refuse == (
        "one of the two who approve a level 5 must be the risk team's manager",
    )
    assert decided(by_team, by="ben", role=Role.RISK_TEAM_MANAGER).next_state is ReviewState.PUBLISHED
    by_manager = replace(by_team, first_approval=Approval("ada", Role.RISK_TEAM_MANAGER))
    assert decided(by_manager, by="ben").next_state is ReviewState.PUBLISHED


def test_a_level_5_that_is_lowered_still_needs_the_manager() -> None:
    lowered = replace(claimed_by("ben"), level=4, present_level=5, first_approval=Approval("ada", Role.RISK_TEAM))
    assert decided(lowered, by="ben").reasons_to_refuse != ()


def test_a_level_5_may_be_returned_by_one_person() -> None:
    answer = decided(
        replace(CLAIMED_BY_ADA, level=5), Decision.RETURN, reason="no riser photograph", fields=("systems",)
    )
    assert answer.next_state is ReviewState.RETURNED
