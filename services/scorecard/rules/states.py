"""Where a visit stands: older news never moves it back, and every visit is in one state only."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from schemas.control import ControlShown
from schemas.envelope import Event
from schemas.premises import LocationWithdrawn, PremisesLocated, PremisesNotLocated
from schemas.risk_register import VisitReviewed
from schemas.visits import VisitSubmitted
from schemas.vocabulary import ReviewState


class VisitState(StrEnum):
    """The states of a visit before its review begins; after that, those of the review."""

    SUBMITTED = "SUBMITTED"
    NEEDS_PERSON = "NEEDS_PERSON"
    LOCATED = "LOCATED"


WORDS: dict[str, str] = {
    VisitState.SUBMITTED: "Received, not yet located",
    VisitState.NEEDS_PERSON: "A person must say which premises",
    VisitState.LOCATED: "Located, not yet in the queue",
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
    {
        ReviewState.PUBLISHED, ReviewState.PUBLISHED_AMENDED, ReviewState.MERGED, ReviewState.REJECTED,
        ReviewState.SUPERSEDED, ReviewState.WITHDRAWN,
    }
)  # fmt: skip


@dataclass(frozen=True)
class Visit:
    """Where a visit stands, and when it first reached what is measured."""

    visit_id: str
    state: str
    state_at: datetime
    station: str | None = None
    submitted_at: datetime | None = None
    located_at: datetime | None = None
    shown_at: datetime | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True)
class News:
    """What was heard of a visit: how it would stand if nothing else were known of it.

    `moves` is False for what is no state of its own: it changes the state of no visit that is known.
    """

    visit: Visit
    moves: bool = True


def news_of(event: Event, at: datetime) -> News | None:
    """Return what an event that happened at a moment tells of a visit; None if it tells of none.

    Policy: docs/domain/4.4.md.
    """
    match event:
        case VisitSubmitted():
            received = event.received_at
            return News(
                Visit(event.visit_id, VisitState.SUBMITTED, received, event.visit.station, submitted_at=received)
            )
        case PremisesLocated():
            return News(Visit(event.visit_id, VisitState.LOCATED, at, located_at=at))
        case PremisesNotLocated() | LocationWithdrawn():
            return News(Visit(event.visit_id, VisitState.NEEDS_PERSON, at))
        case VisitReviewed(state=state, moved_at=moved):
            return News(Visit(event.visit_id, state, moved, finished_at=moved if state in FINISHED else None))
        case ControlShown(because_of_visit=str(visit_id), shown_at=shown):
            return News(Visit(visit_id, VisitState.LOCATED, shown, shown_at=shown), moves=False)
    return None


def after(known: Visit, news: News) -> Visit:
    """Return how a visit stands after some news: its state if that is newer, and the earliest of each moment.

    Policy: docs/house.md, section 3: what happened later counts, whatever arrived first.
    """
    heard = news.visit
    moved = news.moves and is_news(known.state, known.state_at, heard.state, heard.state_at)
    return replace(
        heard if moved else known,
        station=known.station or heard.station,
        submitted_at=_earliest(known.submitted_at, heard.submitted_at),
        located_at=_earliest(known.located_at, heard.located_at),
        shown_at=_earliest(known.shown_at, heard.shown_at),
        finished_at=_earliest(known.finished_at, heard.finished_at),
    )


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)


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
