"""The invariant of the whole system: submitted = quarantined + in flight + finished, and no visit twice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.scorecard.rules.standing import FINISHED

# News of a visit travels in milliseconds; after a minute it is not on its way but lost.
ON_ITS_WAY = timedelta(minutes=1)


@dataclass(frozen=True)
class Reconciliation:
    """How many visits were submitted, by the log, and where they are, by what was heard of them."""

    submitted: int
    quarantined: int
    in_flight: int
    finished: int

    @property
    def gap(self) -> int:
        """Return how many submitted visits are nowhere; below zero, how many are somewhere but were never sent."""
        return self.submitted - self.quarantined - self.in_flight - self.finished

    @property
    def holds(self) -> bool:
        """Return whether every visit is accounted for."""
        return self.gap == 0


@dataclass(frozen=True)
class Took:
    """How long something took, in seconds: the median and the 95th percentile of so many visits."""

    visits: int
    p50_s: float | None
    p95_s: float | None


def reconcile(submitted: int, quarantined: int, visits_by_state: Mapping[str, int]) -> Reconciliation:
    """Return the account of all visits; those in quarantine are not among the counts by state.

    Policy: docs/domain/4.4.md (the invariant) and 4.7, measure 22.
    """
    finished = sum(count for state, count in visits_by_state.items() if state in FINISHED)
    return Reconciliation(submitted, quarantined, sum(visits_by_state.values()) - finished, finished)


def lost_before(now: datetime) -> datetime:
    """Return since when a submitted visit that nobody has heard of must be called lost: for a minute.

    Policy: docs/domain/4.4.md (the invariant); our own default.
    """
    return now - ON_ITS_WAY
