"""Somebody asks what an address means, without a visit: the same question, answered and not kept."""

import asyncio

from pydantic import Field, model_validator

from schemas.premises import Place
from schemas.visit_parts import Text, Uprn, WrittenAddress
from services.matching import Match, Written, match
from services.premises.handlers.places import place_at
from services.premises.handlers.questions import fix_at, one_line
from services.premises.store.snapshots import Snapshot


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


async def answer(snapshot: Snapshot, asked: Asked) -> tuple[Match, Place | None]:
    """Return what an address was found to mean, and where that is."""
    written = Written(asked.line(), fix=asked.fix(), accuracy_m=asked.accuracy_m, uprn=asked.uprn)
    found = await asyncio.to_thread(match, snapshot.gazetteer, written)
    point = (found.easting, found.northing) if found.easting is not None and found.northing is not None else None
    return found, place_at(snapshot, point)
