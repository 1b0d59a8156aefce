"""Somebody asks what an address means, without a visit: the same question, answered and not kept."""

import asyncio
from dataclasses import asdict, dataclass

from pydantic import Field, model_validator

from schemas.premises import Place
from schemas.visit_parts import Text, Uprn, WrittenAddress
from services.domain.grid_references import grid_reference
from services.matching import Evidence, Match, Written, match
from services.premises.presenters.candidates import ShownCandidate, shown_candidates
from services.premises.presenters.cases import percent
from services.premises.presenters.words import FIGURES, OUTCOME_WORDS, PRECISION_WORDS, reason_words
from services.premises.rules.locating import fix_at, one_line
from services.premises.rules.places import place_at
from services.premises.rules.snapshots import Snapshot


class Asked(WrittenAddress):
    """One written address: as one line in `query`, or in the parts of the visit form; the fix in WGS 84 degrees."""

    query: Text | None = None
    uprn: Uprn | None = None
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    accuracy_m: float | None = Field(default=None, ge=0, le=100_000)

    @model_validator(mode="after")
    def something_is_asked(self) -> "Asked":
        """Refuse an empty question, and half of a position."""
        if not (self.line() or self.uprn):
            raise ValueError("write an address: in query, or in name, number, street, town and postcode")
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("give latitude and longitude, or neither")
        return self

    def line(self) -> str:
        """Return what was asked as one line."""
        parts = WrittenAddress.model_validate(self.model_dump(include=set(WrittenAddress.model_fields)))
        return one_line(parts.model_copy(update={"written": self.query or self.written}))

    def fix(self) -> tuple[float, float] | None:
        """Return the fix in metres, None if none was given or it lies outside Great Britain."""
        if self.latitude is None or self.longitude is None:
            return None
        return fix_at(self.latitude, self.longitude, self.accuracy_m).point


@dataclass(frozen=True)
class Tried:
    """What an address was found to mean, and where that is."""

    found: Match
    place: Place | None


@dataclass(frozen=True)
class ShownMatch:
    """What the page shows of an address that was only tried; what weighs most comes first in `evidence`."""

    outcome: str
    outcome_words: str
    reason: str
    percent: int | None
    place: Place | None
    grid: str
    precision: str
    ground: str | None
    candidates: list[ShownCandidate]
    evidence: list[Evidence]


async def tried(snapshot: Snapshot, asked: Asked) -> Tried:
    """Return what an address was found to mean, and where that is."""
    written = Written(asked.line(), fix=asked.fix(), accuracy_m=asked.accuracy_m, uprn=asked.uprn)
    found = await asyncio.to_thread(match, snapshot.gazetteer, written)
    point = (found.easting, found.northing) if found.easting is not None and found.northing is not None else None
    return Tried(found, place_at(snapshot, point))


async def shown_match(snapshot: Snapshot, asked: Asked) -> ShownMatch:
    """Return what the page shows of an address that was only tried."""
    answer = await tried(snapshot, asked)
    found, place = answer.found, answer.place
    return ShownMatch(
        outcome=found.outcome.value,
        outcome_words=OUTCOME_WORDS[found.outcome.value],
        reason=reason_words(found.reason.value),
        percent=percent(found.score),
        place=place,
        grid=grid_reference(place.easting, place.northing, FIGURES) if place else "",
        precision=PRECISION_WORDS[found.precision.value],
        ground=snapshot.name_of("station_ground", place.station_ground) if place else None,
        candidates=shown_candidates([asdict(one) for one in found.candidates], snapshot, None, None),
        evidence=sorted(found.evidence, key=lambda one: -abs(one.points)),
    )
