"""Where a referral may go next, and what must be said when it goes there."""

from schemas.vocabulary import ReferralState

MAY_BE_DROPPED = frozenset({ReferralState.CANCELLED, ReferralState.DUPLICATE_OF})
NOT_TAKEN = MAY_BE_DROPPED | {ReferralState.ACKNOWLEDGED, ReferralState.ESCALATED}
NEXT_STATES: dict[ReferralState, frozenset[ReferralState]] = {
    # A duty officer told by telephone may have it in hand before the letter has left.
    ReferralState.RAISED: NOT_TAKEN | {ReferralState.SENT},
    ReferralState.SENT: NOT_TAKEN,
    ReferralState.ESCALATED: NOT_TAKEN,
    ReferralState.ACKNOWLEDGED: MAY_BE_DROPPED | {ReferralState.ACCEPTED, ReferralState.REJECTED},
    ReferralState.ACCEPTED: MAY_BE_DROPPED | {ReferralState.IN_PROGRESS, ReferralState.CLOSED},
    ReferralState.IN_PROGRESS: MAY_BE_DROPPED | {ReferralState.CLOSED},
    # A rejected referral is not dropped: it goes to another desk, or the crew takes it back.
    ReferralState.REJECTED: frozenset({ReferralState.REROUTED, ReferralState.CANCELLED}),
    ReferralState.REROUTED: frozenset({ReferralState.SENT, ReferralState.ACKNOWLEDGED, ReferralState.ESCALATED}),
    # Closed too soon: it is opened again with a reason, and goes on where it was.
    ReferralState.CLOSED: frozenset({ReferralState.IN_PROGRESS}),
    ReferralState.CANCELLED: frozenset(),
    ReferralState.DUPLICATE_OF: frozenset(),
}
FINISHED = MAY_BE_DROPPED | {ReferralState.CLOSED}
WAITING_FOR_ACKNOWLEDGEMENT = frozenset(
    {ReferralState.RAISED, ReferralState.SENT, ReferralState.ESCALATED, ReferralState.REROUTED}
)
MUST_BE_SAID = {
    ReferralState.CLOSED: "say what the outcome was",
    ReferralState.REJECTED: "say why it is rejected",
    ReferralState.CANCELLED: "say why it is cancelled",
    ReferralState.REROUTED: "say where it goes",
    ReferralState.DUPLICATE_OF: "say which referral it repeats",
}
SHORTEST_REASON_TO_REOPEN = 10


def may_move(state: ReferralState, next_state: ReferralState) -> bool:
    """Return whether a referral may go from one state straight to another.

    Policy: docs/domain/4.2.md.
    """
    return next_state in NEXT_STATES[state]


def reasons_to_refuse_move(
    state: ReferralState, next_state: ReferralState, words: str | None = None
) -> tuple[str, ...]:
    """Return why a referral may not go there; empty if it may. `words` is the outcome, reason or destination.

    Policy: docs/domain/4.2.md.
    """
    if not may_move(state, next_state):
        return (f"a referral that is {_said(state)} cannot become {_said(next_state)}",)
    if state in FINISHED and len((words or "").strip()) < SHORTEST_REASON_TO_REOPEN:
        return (f"say in {SHORTEST_REASON_TO_REOPEN} characters or more why it is opened again",)
    if next_state in MUST_BE_SAID and not (words or "").strip():
        return (MUST_BE_SAID[next_state],)
    return ()


def _said(state: ReferralState) -> str:
    return "a duplicate" if state is ReferralState.DUPLICATE_OF else state.value.lower().replace("_", " ")
