"""What a visit asks of the gazetteer, and what comes of it: the premises, or the place that is known all the same."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from schemas.premises import Candidate, LocatedPremises, Place
from schemas.visit_parts import DevicePoint, WrittenAddress
from schemas.visits import OpenVisit
from schemas.vocabulary import LocationOutcome, LocationPrecision
from services.domain.grid_references import GridPoint, to_grid
from services.matching import FIX_AGREES_M, Entry, Gazetteer, Match, MatchReason, Written, match
from services.premises.rules.places import Point, candidates_of, places_at, point_of, premises_at
from services.premises.rules.snapshots import Snapshot

FIX_IS_A_PLACE_M = 100.0


@dataclass(frozen=True)
class Fix:
    """The tablet's position: degrees as sent, metres on the National Grid where it lies in Great Britain."""

    latitude: float
    longitude: float
    accuracy_m: float | None
    easting: float | None = None
    northing: float | None = None

    @property
    def sure_point(self) -> Point | None:
        """The fix in metres where it is exact enough to be a place, None where it is too rough."""
        return self.point if self.accuracy_m is None or self.accuracy_m <= FIX_IS_A_PLACE_M else None

    @property
    def point(self) -> Point | None:
        """The fix in metres, None outside Great Britain."""
        return (self.easting, self.northing) if self.easting is not None and self.northing is not None else None


@dataclass(frozen=True, slots=True)
class Placing:
    """What the matcher made of one visit: the premises, or, where there is none, the place and the candidates."""

    found: Match
    fix: Fix | None
    premises: LocatedPremises | None
    place: Place | None
    candidates: tuple[Candidate, ...] = ()


def fix_at(latitude: float, longitude: float, accuracy_m: float | None) -> Fix:
    """Return a position with its place on the National Grid."""
    grid = to_grid(longitude, latitude)
    if not isinstance(grid, GridPoint):
        return Fix(latitude, longitude, accuracy_m)
    return Fix(latitude, longitude, accuracy_m, grid.easting, grid.northing)


def fix_of(point: DevicePoint | None) -> Fix | None:
    """Return the tablet's fix, None where it sent none."""
    return fix_at(point.lat, point.lon, point.accuracy_m) if point else None


def one_line(address: WrittenAddress | None) -> str:
    """Return the address as one line, with the postcode that was given beside it if the line lacks it."""
    if address is None:
        return ""
    line = address.one_line()
    postcode = address.postcode or ""
    if postcode and postcode.replace(" ", "").upper() not in line.replace(" ", "").upper():
        return f"{line}, {postcode}" if line else postcode
    return line


def shown_as(visit: OpenVisit) -> str:
    """Return what a person reads as "what the crew wrote"."""
    line = one_line(visit.address)
    if line:
        return line
    return f"UPRN {visit.unit_uprn or visit.uprn}" if visit.uprn or visit.unit_uprn else ""


def placings_of(snapshot: Snapshot, visits: Sequence[OpenVisit]) -> list[Placing]:
    """Return what each visit means and where that is: what was written, else where the tablet was."""
    fixes = [fix_of(visit.device_point) for visit in visits]
    found = [locate(snapshot.gazetteer, visit, fix) for visit, fix in zip(visits, fixes, strict=True)]
    entries = [snapshot.gazetteer.get(one.premises_id) if one.premises_id else None for one in found]
    points = [_point(snapshot, *one) for one in zip(found, entries, fixes, strict=True)]
    return [
        Placing(one, fix, premises_at(entry, place), place)
        if entry and place
        else Placing(one, fix, None, place, candidates_of(snapshot, one))
        for one, fix, entry, place in zip(found, fixes, entries, places_at(snapshot, points), strict=True)
    ]


def _point(snapshot: Snapshot, found: Match, entry: Entry | None, fix: Fix | None) -> Point | None:
    sure = fix.sure_point if fix else None
    if entry:
        return point_of(snapshot, entry, sure)
    return (found.easting, found.northing) if found.easting is not None and found.northing is not None else sure


def locate(gazetteer: Gazetteer, visit: OpenVisit, fix: Fix | None) -> Match:
    """Return which premises a visit means: the unit's own entry where it is named, else the building's.

    Policy: docs/domain/4.1.md, Geocode rule. A unit that the gazetteer puts in another building
    than the visit says goes to a person. A fix that is good to more than 100 m gives no place and contradicts
    only what lies farther away than it can be wrong.
    """
    unit = gazetteer.get(visit.unit_uprn) if visit.unit_uprn else None
    identifier = visit.unit_uprn if unit else visit.uprn or visit.unit_uprn
    sure = fix.sure_point if fix else None
    accuracy_m = fix.accuracy_m if fix else None
    found = match(gazetteer, Written(one_line(visit.address), fix=sure, accuracy_m=accuracy_m, uprn=identifier))
    building = gazetteer.get(visit.uprn) if visit.uprn and unit else None
    if unit and building and building.premises_id not in (unit.parent_id, unit.premises_id):
        return doubted(found, MatchReason.IDENTIFIER_DISAGREES)
    if fix and not sure and _is_beyond(found, fix):
        return doubted(found, MatchReason.FIX_FAR_AWAY)
    return found


def _is_beyond(found: Match, fix: Fix) -> bool:
    """Return whether an address was matched farther from a rough fix than that fix can be wrong."""
    by_address = found.premises_id is not None and found.reason is not MatchReason.IDENTIFIER
    if not by_address or fix.point is None or found.easting is None or found.northing is None:
        return False
    away_m = math.hypot(found.easting - fix.point[0], found.northing - fix.point[1])
    return away_m > FIX_AGREES_M + (fix.accuracy_m or 0.0)


def doubted(found: Match, reason: MatchReason) -> Match:
    """Return the match as one that a person must decide."""
    return replace(
        found, outcome=LocationOutcome.REVIEW, premises_id=None, precision=LocationPrecision.NEAR, reason=reason
    )
