"""What a visit asks of the gazetteer: the address as written, the identifier, and where the tablet was."""

from dataclasses import dataclass

from schemas.visit_parts import DevicePoint, WrittenAddress
from schemas.visits import OpenVisit
from schemas.vocabulary import LocationOutcome, LocationPrecision
from services.premises.rules.coordinates import GridPoint, to_grid
from services.premises.rules.gazetteer import Gazetteer
from services.premises.rules.matching import Match, Written, match
from services.premises.rules.reasons import MatchReason


@dataclass(frozen=True)
class Fix:
    """The tablet's position: degrees as sent, metres on the National Grid where it lies in Great Britain."""

    latitude: float
    longitude: float
    accuracy_m: float | None
    easting: float | None = None
    northing: float | None = None

    @property
    def point(self) -> tuple[float, float] | None:
        """The fix in metres, None outside Great Britain."""
        return (self.easting, self.northing) if self.easting is not None and self.northing is not None else None


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


def locate(gazetteer: Gazetteer, visit: OpenVisit) -> Match:
    """Return which premises a visit means: the unit's own entry where it is named, else the building's.

    Policy: the domain reference, section 4.1, Geocode rule. A unit that the gazetteer puts in another building
    than the visit says goes to a person.
    """
    unit = gazetteer.get(visit.unit_uprn) if visit.unit_uprn else None
    identifier = visit.unit_uprn if unit else visit.uprn or visit.unit_uprn
    fix = fix_of(visit.device_point)
    written = Written(
        query=one_line(visit.address),
        fix=fix.point if fix else None,
        accuracy_m=fix.accuracy_m if fix else None,
        uprn=identifier,
    )
    found = match(gazetteer, written)
    building = gazetteer.get(visit.uprn) if visit.uprn and unit else None
    if unit and building and building.premises_id not in (unit.parent_id, unit.premises_id):
        return contradicted(found)
    return found


def contradicted(found: Match) -> Match:
    """Return the match as one that a person must decide, because two identifiers contradict each other."""
    return Match(
        LocationOutcome.REVIEW, None, LocationPrecision.NEAR, found.score, MatchReason.IDENTIFIER_DISAGREES,
        found.easting, found.northing, found.candidates, found.evidence,
    )  # fmt: skip
