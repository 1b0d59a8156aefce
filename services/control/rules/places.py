"""Reading a place as people say it: a grid reference, an easting and northing, or latitude and longitude."""

import math
import re
from dataclasses import dataclass

from convertbng.cutil import convert_bng

# The first letter is a 500 km square, the second a 100 km square within it; there is no I.
LETTERS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"
SQUARE_M = 100_000
EAST_M, NORTH_M = 700_000, 1_300_000

_LETTERED = re.compile(r"^([HJNOST][A-HJ-Z])\s*(\d[\d\s]*)$", re.IGNORECASE)
_METRES = re.compile(r"^(\d{5,6})(?:\.\d+)?[\s,]+(\d{5,7})(?:\.\d+)?$")
_DEGREES = re.compile(r"^(\d{2}\.\d{2,})\s*°?\s*N?[\s,]+(-?\d{1,2}\.\d{2,})\s*°?$", re.IGNORECASE)


@dataclass(frozen=True)
class GridPoint:
    """A point on EPSG:27700, in metres."""

    easting: float
    northing: float

    def is_on_the_grid(self) -> bool:
        """Return whether the point lies within the National Grid.

        Policy: EPSG:27700: 700 km east and 1,300 km north of the false origin.
        """
        return 0 <= self.easting <= EAST_M and 0 <= self.northing <= NORTH_M


def read_place(asked: str) -> GridPoint | None:
    """Return the point that somebody wrote, or None if it is not a place: the middle of a grid reference's square.

    A lettered reference needs at least four figures, so that half a postcode (TN1 2) is never taken for one.
    Policy: the Ordnance Survey's National Grid; docs/interfaces.md, section 4: search by grid reference.
    """
    words = asked.strip()
    point = _lettered(words) or _metres(words) or _degrees(words)
    return point if point is not None and point.is_on_the_grid() else None


def point_of_degrees(latitude: float, longitude: float) -> GridPoint | None:
    """Return where a WGS 84 position lies on the National Grid (OSTN15), or None outside it.

    Policy: metres on EPSG:27700 inside, degrees only at the edges.
    """
    eastings, northings = convert_bng([longitude], [latitude])
    easting, northing = float(eastings[0]), float(northings[0])
    if math.isnan(easting) or math.isnan(northing):
        return None
    return GridPoint(easting, northing)


def grid_reference(easting: float, northing: float) -> str:
    """Return a point as a ten-figure-or-less reference that can be said over the radio: SS 0010 3020, to 10 m.

    Policy: the Ordnance Survey's National Grid.
    """
    east, north = int(easting // SQUARE_M), int(northing // SQUARE_M)
    if not (0 <= east < 7 and 0 <= north < 13):
        return ""
    first = LETTERS[17 - (north // 5) * 5 + east // 5]
    second = LETTERS[20 - (north % 5) * 5 + east % 5]
    return f"{first}{second} {int(easting % SQUARE_M) // 10:04d} {int(northing % SQUARE_M) // 10:04d}"


def _lettered(words: str) -> GridPoint | None:
    found = _LETTERED.match(words)
    if found is None:
        return None
    figures = "".join(found[2].split())
    if len(figures) % 2 or not 4 <= len(figures) <= 10:
        return None
    half = len(figures) // 2
    unit = 10 ** (5 - half)
    first, second = (LETTERS.index(letter) for letter in found[1].upper())
    east = (first % 5 - 2) * 5 + second % 5
    north = (3 - first // 5) * 5 + 4 - second // 5
    middle = unit / 2 if unit > 1 else 0.0
    return GridPoint(
        east * SQUARE_M + int(figures[:half]) * unit + middle,
        north * SQUARE_M + int(figures[half:]) * unit + middle,
    )


def _metres(words: str) -> GridPoint | None:
    found = _METRES.match(words)
    return GridPoint(float(found[1]), float(found[2])) if found else None


def _degrees(words: str) -> GridPoint | None:
    found = _DEGREES.match(words)
    return point_of_degrees(float(found[1]), float(found[2])) if found else None
