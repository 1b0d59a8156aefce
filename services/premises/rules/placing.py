"""Give a place even where no premises is certain: beside one, on a street, at a postcode, or a point."""

import math
from collections.abc import Sequence

from schemas.vocabulary import LocationPrecision
from services.premises.rules.coordinates import GridPoint
from services.premises.rules.findings import Code, Findings, Numbers, Where
from services.premises.rules.gazetteer_parts import STREET
from services.premises.rules.notes import Relation
from services.premises.rules.postcodes import Postcodes
from services.premises.rules.question import Question

Placed = tuple[LocationPrecision, float | None, float | None]
NOWHERE: Placed = (LocationPrecision.NONE, None, None)
_ONE_STREET_M = 1_500.0
_SURE_OF_NAME = 0.5


def place(question: Question, found: Sequence[Findings], belief: float, postcodes: Postcodes) -> Placed:
    """Return the most exact place that the writing supports, and how exact it is.

    Policy: issue 3, goal: a place is given even where no premises is, with the precision honestly stated.
    """
    reading = question.reading
    if isinstance(reading.point, GridPoint):
        return LocationPrecision.POINT, reading.point.easting, reading.point.northing
    best = found[0] if found else None
    if best and _known(best) and best.where is not Where.FAR:
        beside = reading.relation is not Relation.ITSELF and best.score > -2.0
        if beside or (belief >= _SURE_OF_NAME and best.score > -1.0):
            return LocationPrecision.NEAR, best.easting, best.northing
    whole = postcodes.point(reading.postcode.whole) if reading.postcode.whole else None
    if whole is not None:
        return LocationPrecision.POSTCODE, whole[0], whole[1]
    street = _street(question, found)
    if street is not None:
        return LocationPrecision.STREET, street[0], street[1]
    if best and _known(best) and belief >= 0.25 and best.where is not Where.FAR:
        return LocationPrecision.NEAR, best.easting, best.northing
    return _area(question, postcodes)


def _known(found: Findings) -> bool:
    return not math.isnan(found.easting)


def _street(question: Question, found: Sequence[Findings]) -> tuple[float, float] | None:
    """Return the middle of the entries on the written street, if they lie on one street."""
    on_it = [
        one
        for one in found
        if one.share(STREET) >= 0.7 and _known(one) and one.where is not Where.FAR and one.code is not Code.CONFLICT
    ]
    if not on_it:
        return None
    best = max(_nearness(one) for one in on_it)
    on_it = [one for one in on_it if _nearness(one) == best]
    middle = (
        sorted(one.easting for one in on_it)[len(on_it) // 2],
        sorted(one.northing for one in on_it)[len(on_it) // 2],
    )
    nearest = min(on_it, key=lambda one: math.hypot(one.easting - middle[0], one.northing - middle[1]))
    spread = sum(
        math.hypot(one.easting - nearest.easting, one.northing - nearest.northing) <= _ONE_STREET_M for one in on_it
    )
    return (nearest.easting, nearest.northing) if spread * 2 > len(on_it) else None


def _nearness(one: Findings) -> tuple[float, int, float]:
    place = {Where.AGREES: 3, Where.INSIDE: 2, Where.SILENT: 2, Where.NEARBY: 1, Where.FAR: 0}[one.where]
    code = one.code in (Code.SAME, Code.SLIP, Code.DISTRICT, Code.NEIGHBOUR)
    return (round(one.share(STREET), 1), place + code, float(one.numbers is Numbers.EXACT) * 0)


def _area(question: Question, postcodes: Postcodes) -> Placed:
    read = question.reading.postcode
    points = [point for one in read.meant if (point := postcodes.point(one)) is not None]
    if points:
        east = sorted(point[0] for point in points)[len(points) // 2]
        north = sorted(point[1] for point in points)[len(points) // 2]
        return LocationPrecision.POSTCODE, east, north
    if read.district:
        around = postcodes.around(read.district)
        if around is not None:
            return LocationPrecision.POSTCODE, around[0][0], around[0][1]
    if question.places:
        place = question.places[-1][2]
        return (
            LocationPrecision.STREET if place.radius_m <= _ONE_STREET_M else LocationPrecision.NONE,
            place.easting,
            place.northing,
        )
    return NOWHERE
