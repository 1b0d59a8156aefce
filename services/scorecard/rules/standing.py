"""Where a visit stands: older news never moves it back, and every visit is in one state only."""

from datetime import datetime
from enum import StrEnum

from schemas.vocabulary import ReviewState


class Standing(StrEnum):
    """The states of a visit before its review begins; after that, those of the review."""

    SUBMITTED = "SUBMITTED"
    NEEDS_PERSON = "NEEDS_PERSON"
    LOCATED = "LOCATED"


WORDS: dict[str, str] = {
    Standing.SUBMITTED: "Received, not yet located",
    Standing.NEEDS_PERSON: "A person must say which premises",
    Standing.LOCATED: "Located, not yet in the queue",
    ReviewState.QUEUED: "Waiting for review",
    ReviewState.CLAIMED: "Being reviewed",
    ReviewState.CONFLICT: "In conflict with a newer record",
    ReviewState.ESCALATED: "Passed to a senior reviewer",
    ReviewState.RETURNED: "Returned to the crew",
    ReviewState.RESUBMITTED: "Sent again by the crew",
    ReviewState.PUBLISHED: "Published",
    ReviewState.PUBLISHED_AMENDED: "Published with changes",
    ReviewState.MERGED: "Merged with another visit",
    ReviewState.REJECTED: "Rejected",
    ReviewState.SUPERSEDED: "Replaced by a newer record",
    ReviewState.WITHDRAWN: "Withdrawn",
}
ORDER: dict[str, int] = {state: number for number, state in enumerate(WORDS)}
FINISHED = frozenset(
    (
        ReviewState.PUBLISHED,
        ReviewState.PUBLISHED_AMENDED,
        ReviewState.MERGED,
        ReviewState.REJECTED,
        ReviewState.SUPERSEDED,
        ReviewState.WITHDRAWN,
    )
)


def is_news(present: str | None, since: datetime | None, state: str, at: datetime) -> bool:
    """Return whether what is heard of a visit is newer than what is known.

    Policy: docs/house.md, section 3: what happened later counts, whatever arrived first; of two things of one moment
    the one further on counts.
    """
    if present is None or since is None:
        return True
    return (at, ORDER.get(state, -1)) > (since, ORDER.get(present, -1))


def state_words(state: str) -> str:
    """Return what a screen says for a state."""
    return WORDS.get(state, state.replace("_", " ").capitalize())
