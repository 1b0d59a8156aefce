"""Give a place even where no premises is certain: beside one, on a street, at a postcode, or a point."""

import math
from collections.abc import Sequence

import numpy as np

from schemas.vocabulary import LocationPrecision
from services.domain.grid_references import GridPoint
from services.matching.findings import Code, Findings, Where
from services.matching.gazetteer_parts import STREET
from services.matching.notes import Relation
from services.matching.postcodes import Postcodes
from services.matching.question import Question

Placed = tuple[LocationPrecision, float | None, float | None]
NOWHERE: Placed = (LocationPrecision.NONE, None, None)
_ONE_STREET_M = 1_500.0
_SURE_OF_NAME = 0.5
_MOST_ON_STREET = 200


def place(
    question: Question,
    found: Sequence[Findings],
    belief: float,
    postcodes: Postcodes,
    fix: tuple[float, float] | None = None,
) -> Placed:
    """Return the most exact place that the writing supports, and how exact it is.

    Policy: docs/matching.md: a place is given even where no premises is, with the precision honestly stated.
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
    if fix is not None:
        return LocationPrecision.POINT, *fix
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
    rivals = [one for one in on_it if _nearness(one) == best]
    home = rivals[0]
    if any(math.hypot(one.easting - home.easting, one.northing - home.northing) > _ONE_STREET_M for one in rivals):
        return None if home.where is Where.SILENT and home.code is Code.SILENT else _middle(rivals)
    return _along(question, home)


def _middle(rivals: Sequence[Findings]) -> tuple[float, float]:
    east = sorted(one.easting for one in rivals)[len(rivals) // 2]
    north = sorted(one.northing for one in rivals)[len(rivals) // 2]
    nearest = min(rivals, key=lambda one: math.hypot(one.easting - east, one.northing - north))
    return nearest.easting, nearest.northing


def _along(question: Question, home: Findings) -> tuple[float, float]:
    """Return the point on the street nearest in number to the one written, or the middle of its entries."""
    segment = home.segment
    words = [word for word, tag in zip(*segment.index.words_of(home.row), strict=True) if tag & 7 == STREET]
    rows = segment.index.carrying(words[0])
    for word in words[1:]:
        rows = np.intersect1d(rows, segment.index.carrying(word), assume_unique=True)
    points = segment.points[rows]
    near = np.hypot(points[:, 0] - home.easting, points[:, 1] - home.northing) <= _ONE_STREET_M
    rows, points = rows[near][:_MOST_ON_STREET], points[near][:_MOST_ON_STREET]
    wanted = next((number.low for number in question.reading.numbers if not number.unit), None)
    if wanted is not None:
        doors = [
            (abs(number.low - wanted) + (number.low - wanted) % 2, at)
            for at, row in enumerate(rows.tolist())
            for number, in_name in segment.index.numbers_of(row)
            if not in_name and not number.unit
        ]
        if doors:
            at = min(doors)[1]
            return float(points[at, 0]), float(points[at, 1])
    middle = np.nanmedian(points, axis=0)
    return float(middle[0]), float(middle[1])


def _nearness(one: Findings) -> tuple[float, int]:
    place = {Where.AGREES: 3, Where.INSIDE: 2, Where.SILENT: 2, Where.NEARBY: 1, Where.FAR: 0}[one.where]
    code = one.code in (Code.SAME, Code.SLIP, Code.DISTRICT, Code.NEIGHBOUR)
    return (round(one.share(STREET), 1), place + code)


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
