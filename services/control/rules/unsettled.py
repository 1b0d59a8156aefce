"""A danger at an address that nobody has settled: what is known of it, and how news of the visit changes it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime

from schemas.premises import Candidate, LocationWithdrawn, Place, PremisesLocated, PremisesNotLocated
from schemas.risk_register import RiskFacts
from schemas.visit_parts import Part
from schemas.visits import OpenVisit, VisitSubmitted
from schemas.vocabulary import ReviewState
from services.control.rules.dangers import Danger
from services.control.rules.search_words import search_text

# A person has decided the visit: whatever it told is in the record, or was refused. One that is withdrawn from the
# queue was put back, and its address is open again.
DECIDED = frozenset(
    {
        ReviewState.PUBLISHED,
        ReviewState.PUBLISHED_AMENDED,
        ReviewState.MERGED,
        ReviewState.REJECTED,
        ReviewState.SUPERSEDED,
    }
)


class Told(Part):
    """What is known of a visit whose address is not settled: what the crew says, and what premises makes of it.

    `dangers` are in the words control reads, gravest first. `ground` is the station ground that it lies on, or the
    station of the crew. `address` is that of the building it has been placed on, until the building's record shows it.
    """

    callsign: str = ""
    station: str = ""
    written: str = ""
    dangers: tuple[str, ...] = ()
    facts: RiskFacts = RiskFacts()
    received_at: AwareDatetime | None = None
    place: Place | None = None
    reason: str = ""
    candidates: tuple[Candidate, ...] = ()
    address: str = ""

    @property
    def ground(self) -> str:
        """Return the station ground it lies on if a place is known, else the crew's own station."""
        return (self.place.station_ground if self.place else None) or self.station


NOTHING_TOLD = Told()


@dataclass(frozen=True)
class Unsettled:
    """One visit whose danger may stand on no record yet."""

    visit_id: str
    heard_at: datetime | None = None
    settled_at: datetime | None = None
    gravity: int = 0
    reported_at: datetime | None = None
    building_id: str | None = None
    told: Told = NOTHING_TOLD

    @property
    def is_open(self) -> bool:
        """Whether control must show it by itself."""
        return self.heard_at is not None and self.settled_at is None

    @property
    def words(self) -> tuple[str, ...]:
        """The words it is found by; none where nothing is told of it."""
        known = self.told
        if known == NOTHING_TOLD:
            return ()
        found_by = search_text(" ".join([known.written, known.callsign]), known.address, "", self.visit_id)
        return tuple(sorted(set(found_by.split())))

    def with_told(self, **changed: Any) -> "Unsettled":
        """Return it with more known of it."""
        return replace(self, told=self.told.model_copy(update=changed))

    def settled(self, premises_id: str, at: datetime) -> "Unsettled":
        """Return it once it stands on a record: what is told of it is not needed here any more."""
        return replace(self, settled_at=self.settled_at or at, building_id=premises_id, told=NOTHING_TOLD)


def with_dangers(
    kept: Unsettled,
    news: VisitSubmitted | LocationWithdrawn,
    dangers: tuple[Danger, ...],
    facts: RiskFacts,
    at: datetime,
) -> Unsettled:
    """Return what is known once the visit itself is heard of.

    Policy: docs/domain/4.4.md, two-speed publication: shown before anybody knows which building it means.
    """
    visit = news.visit
    heard = replace(kept, heard_at=at, gravity=dangers[0].gravity, reported_at=visit.submitted_at)
    return heard.with_told(
        callsign=visit.callsign,
        station=visit.station,
        written=kept.told.written or _written(visit),
        dangers=tuple(each.summary for each in dangers),
        facts=facts,
        received_at=news.received_at,
    )


def with_building(kept: Unsettled, news: PremisesLocated) -> Unsettled:
    """Return what is known once the visit is placed on a building, which need not show its danger yet.

    Policy: docs/domain/4.4.md: what is safety-critical is never out of control's sight.
    """
    premises = news.premises
    placed = replace(kept, building_id=building_of(news))
    return placed.with_told(place=premises.place, address=premises.address, candidates=())


def with_place(kept: Unsettled, news: PremisesNotLocated) -> Unsettled:
    """Return what is known once premises has said where it may be, and which buildings fit.

    Policy: docs/domain/4.4.md: what is safety-critical is never out of control's sight.
    """
    return kept.with_told(
        written=news.written or kept.told.written,
        place=news.place,
        reason=news.reason,
        candidates=news.candidates,
    )


def building_of(news: PremisesLocated) -> str:
    """Return the premises whose record tells of a visit: the building, if it is a flat or a suite.

    Policy: docs/domain/4.3.md: a record is kept of the building.
    """
    return news.premises.parent_id or news.premises.premises_id


def _written(visit: OpenVisit) -> str:
    line = visit.address.one_line() if visit.address else ""
    return ", ".join(part for part in (visit.unit_ref, line) if part) or (f"UPRN {visit.uprn}" if visit.uprn else "")
