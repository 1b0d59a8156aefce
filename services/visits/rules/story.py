"""How far a visit has got: the steps of its story and which of them is its state now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from schemas.control import ControlShown
from schemas.envelope import Event
from schemas.premises import LocationWithdrawn, PremisesLocated, PremisesNotLocated
from schemas.referrals import ReferralAcknowledged, ReferralMoved, ReferralRaised
from schemas.risk_register import VisitQualityChecked, VisitReviewed
from schemas.visits import VisitReceipt
from schemas.vocabulary import ReviewState
from services.domain.words import words_for
from services.visits.rules.media import Listed, Medium, listed_in, missing_media


@dataclass(frozen=True)
class StoryLine:
    """One thing that became of a visit; `about` tells lines of one step apart, such as two referrals.

    `comments` are the reviewer's words about single fields, by the name of the field.
    """

    visit_id: str
    step: str
    at: datetime
    about: str = ""
    detail: str = ""
    fields: tuple[str, ...] = ()
    due_at: datetime | None = None
    comments: Mapping[str, str] | None = None


@dataclass(frozen=True)
class ReceivedVisit:
    """A visit as it was received: who sent what when, its open part, what was remarked on, and its story so far.

    `people` are those whose visit it is: the sender, the officer who led, the crew. `media` have arrived whole.
    """

    visit_id: str
    content_mark: str
    submitted_by: str
    station: str
    received_at: datetime
    open_part: dict[str, Any]
    warnings: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    story: tuple[StoryLine, ...] = ()
    media: tuple[Medium, ...] = ()

    @property
    def listed(self) -> dict[str, Listed]:
        """Return the photographs, plans and scans that were listed with it, by hash."""
        return listed_in(self.visit_id, self.open_part)

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the hashes of those that have not arrived whole."""
        return missing_media(self.listed, [medium.sha256 for medium in self.media])


@dataclass(frozen=True)
class VisitList:
    """The newest visits of somebody or of a station, and how many there are in all."""

    visits: tuple[ReceivedVisit, ...]
    total: int


@dataclass(frozen=True)
class Taken:
    """The receipt of a visit, and whether it was taken now or had been before."""

    receipt: VisitReceipt
    is_new: bool


class Step(StrEnum):
    """What can become of a visit, beside the states of its review."""

    LOCATED = "LOCATED"
    PUT_BACK = "PUT_BACK"
    NEEDS_PERSON = "NEEDS_PERSON"
    REFERRAL_RAISED = "REFERRAL_RAISED"
    REFERRAL_ACKNOWLEDGED = "REFERRAL_ACKNOWLEDGED"
    REFERRAL_MOVED = "REFERRAL_MOVED"
    CONTROL_SHOWN = "CONTROL_SHOWN"
    QUALITY_CHECKED = "QUALITY_CHECKED"


# The main line, in the order in which its steps follow one another when two carry the same time.
MAIN_LINE: tuple[str, ...] = (
    ReviewState.RECEIVED,
    Step.NEEDS_PERSON,
    Step.LOCATED,
    ReviewState.QUEUED,
    ReviewState.CONFLICT,
    ReviewState.RESUBMITTED,
    ReviewState.CLAIMED,
    ReviewState.ESCALATED,
    ReviewState.RETURNED,
    ReviewState.MERGED,
    ReviewState.PUBLISHED,
    ReviewState.PUBLISHED_AMENDED,
    ReviewState.REJECTED,
    ReviewState.SUPERSEDED,
    ReviewState.WITHDRAWN,
    Step.PUT_BACK,
)


def place_in_line(step: str) -> int:
    """Return the place of a step in the main line; steps beside it come last.

    Policy: docs/domain/4.4.md.
    """
    return MAIN_LINE.index(step) if step in MAIN_LINE else len(MAIN_LINE)


def state_now(steps: Iterable[tuple[str, datetime]]) -> str:
    """Return the state of a visit from its steps and when each happened: the latest of the main line.

    When a message arrived does not matter, only when what it tells of happened.

    Policy: docs/domain/4.4.md.
    """
    line = [(at, place_in_line(step), step) for step, at in steps if step in MAIN_LINE]
    return max(line)[2] if line else ReviewState.RECEIVED.value


def line_of(event: Event, at: datetime) -> StoryLine | None:
    """Return the line that an event which happened at a moment adds to the story of a visit; None if it adds none.

    Policy: docs/domain/4.4.md: the crew reads what became of its visit.
    """
    match event:
        case PremisesLocated(visit_id=visit_id, premises=found):
            return StoryLine(visit_id, Step.LOCATED, at, detail=f"{found.address} ({found.premises_id})")
        case PremisesNotLocated(visit_id=visit_id, reason=reason):
            return StoryLine(visit_id, Step.NEEDS_PERSON, at, detail=reason)
        case LocationWithdrawn(visit_id=visit_id):
            return StoryLine(visit_id, Step.PUT_BACK, at)
        case VisitReviewed(visit_id=visit_id, state=state, moved_at=moved, reason=reason):
            comments = event.comments or None
            return StoryLine(visit_id, state, moved, "", reason or "", event.fields, event.due_at, comments)
        case VisitQualityChecked():
            return _line_of_check(event)
        case ReferralRaised(visit_id=visit_id, referral_id=about, kind=kind, raised_at=raised):
            return StoryLine(visit_id, Step.REFERRAL_RAISED, raised, about, kind, due_at=event.acknowledge_by)
        case ReferralAcknowledged(visit_id=visit_id, referral_id=about, kind=kind, acknowledged_at=taken):
            return StoryLine(visit_id, Step.REFERRAL_ACKNOWLEDGED, taken, about, kind)
        case ReferralMoved(visit_id=visit_id, referral_id=about, kind=kind, state=state, moved_at=moved):
            came_of_it = event.outcome or words_for(state)
            return StoryLine(visit_id, Step.REFERRAL_MOVED, moved, about, f"{kind}: {came_of_it}")
        case ControlShown(because_of_visit=str(visit_id), revision=revision, shown_at=shown):
            mine = event.unverified if event.unverified_of_visit is None else event.unverified_of_visit
            return StoryLine(visit_id, Step.CONTROL_SHOWN, shown, str(revision), "UNVERIFIED" if mine else "")
    return None


def _line_of_check(event: VisitQualityChecked) -> StoryLine:
    """Return the line of a check of a visit's quality; of one that was opened again, without a result."""
    right = "" if event.is_reopened else f"{event.points_right} of {event.points_asked} points are right"
    said = {point.value: words for point, words in event.findings.items()} or None
    return StoryLine(event.visit_id, Step.QUALITY_CHECKED, event.checked_at, detail=right, comments=said)


def newest_lines(happened: Iterable[tuple[Event, datetime]]) -> list[StoryLine]:
    """Return the lines that events add to stories; of two about the same, the one that happened later.

    Policy: docs/house.md, section 3: what happened later counts, whatever arrived first.
    """
    kept: dict[tuple[str, str, str], StoryLine] = {}
    for event, at in happened:
        line = line_of(event, at)
        if line is not None:
            key = (line.visit_id, line.step, line.about)
            if key not in kept or kept[key].at < line.at:
                kept[key] = line
    return list(kept.values())
