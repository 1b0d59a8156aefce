"""What must be visited: what is due for review and what has no record yet, in one order of danger and age."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from schemas.vocabulary import Watch


class Pressing(StrEnum):
    """Why a premises is to be visited, the most pressing first; by hand: because somebody added it to a plan."""

    STALE = "stale"
    OVERDUE = "overdue"
    NO_RECORD = "no-record"
    DUE = "due"
    DUE_SOON = "due-soon"
    NO_DATE = "no-date"
    BY_HAND = "by-hand"


URGENCY = {why: place for place, why in enumerate(Pressing)}
Rank = tuple[int, int, date, int, str]


@dataclass(frozen=True)
class PressingWanted:
    """What the map and its list are narrowed to; None: not by this. Level 0: not scored; station empty: in no ground.

    `planned` narrows it to what is in a plan and not visited yet.
    """

    why: Pressing | None = None
    level: int | None = None
    station: str | None = None
    planned: bool = False


@dataclass(frozen=True)
class Planned:
    """The plan in which a premises stands and is not visited yet."""

    station: str
    month: date
    watch: Watch


@dataclass(frozen=True)
class PressingLine:
    """One premises that must be visited: why, where, and whether it is planned. Degrees WGS 84, None with no point."""

    premises_id: str
    name: str
    address: str
    postcode: str
    station: str
    why: Pressing
    level: int | None
    due_on: date | None
    units: int
    has_record: bool
    longitude: float | None
    latitude: float | None
    planned: Planned | None


def rank_of(level: int | None, why: Pressing, due_on: date | None, units: int, premises_id: str) -> Rank:
    """Return the place of a premises among those that must be visited: the smallest comes first.

    The highest level first (the effective one, or the one that is expected); of those what is stale, then overdue, then
    without any record, then due; of those the longest overdue, then the most addresses.

    Policy: docs/domain/4.4.md, the visit plan: by danger and age.
    """
    return -(level or 0), URGENCY[why], due_on or date.min, -units, premises_id
