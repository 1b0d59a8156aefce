"""Places given as coordinates: grid references, eastings and northings, latitude and longitude."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from convertbng.cutil import convert_bng, convert_lonlat

EAST_MAX_M, NORTH_MAX_M = 700_000, 1_300_000
_GRID_LETTERS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"
_GRID = re.compile(r"(?<![A-Za-z0-9])([HNOSThnost][A-HJ-Za-hj-z])\s?(\d{2,5})[\s,]?(\d{2,5})(?![A-Za-z0-9])")
_GRID_JOINED = re.compile(r"(?<![A-Za-z0-9])([HNOSThnost][A-HJ-Za-hj-z])\s?(\d{4}|\d{6}|\d{8}|\d{10})(?![A-Za-z0-9])")
_METRES = re.compile(r"(?<![\d.])(\d{6})(?:\.\d+)?\s*[,;/ ]\s*(?:N(?:orthing)?\s*)?(\d{5,7})(?:\.\d+)?(?![\d.])")
_DEGREES = re.compile(
    r"(?<![\d.])([+-]?\d{1,2}\.\d{2,})\s*°?\s*([NnSs])?\s*[,;/ ]\s*(?:lo?ng?(?:itude)?\s*[:=]?\s*)?"
    r"([+-]?\d{1,3}\.\d{2,})\s*°?\s*([EeWw])?(?![\d.])"
)
_ABOUT_POINTS = re.compile(
    r"(?i)\b(?:lat(?:itude)?|lo?ng?(?:itude)?|grid ref(?:erence)?|ngr|osgr|easting|northing|gps|at)\b[:=]?"
)
_WORDS = frozenset({"no", "so", "st", "se", "sw", "ne", "nw", "nr", "to", "he", "ho", "on", "or", "of"})


class PointRefusal(StrEnum):
    """Why a point cannot be used."""

    OUTSIDE_GREAT_BRITAIN = "outside-great-britain"
    NOT_A_NUMBER = "not-a-number"


@dataclass(frozen=True, slots=True)
class GridPoint:
    """A point of the National Grid in metres (EPSG:27700) with the size of the square it was given to."""

    easting: float
    northing: float
    square_m: float = 1.0


# Neighbours that the National Grid's formula would still give a number to: (west, south, east, north) in degrees.
_NEIGHBOURS = (
    (-9.0, 51.0, -5.40, 55.26),  # Ireland
    (-9.0, 55.0, -6.60, 55.50),  # Donegal
    (-3.0, 49.0, 3.0, 50.10),  # Channel Islands and Normandy
    (1.45, 50.0, 3.0, 51.10),  # Picardy and Flanders
)


def is_in_great_britain(longitude: float, latitude: float) -> bool:
    """Return whether a WGS 84 position lies on or near Great Britain.

    Policy: docs/matching.md: a point in a neighbouring country is refused, not given a grid number.
    """
    if not (-9 <= longitude <= 3 and 49.8 <= latitude <= 62):
        return False
    return not any(west <= longitude <= east and south <= latitude <= north for west, south, east, north in _NEIGHBOURS)


def to_grid(longitude: float, latitude: float) -> GridPoint | PointRefusal:
    """Return the National Grid point of a WGS 84 position, by OSTN15 to the millimetre.

    Policy: docs/domain/1.6.md; a point off Great Britain is refused, never moved.
    """
    if not (math.isfinite(longitude) and math.isfinite(latitude)):
        return PointRefusal.NOT_A_NUMBER
    if not is_in_great_britain(longitude, latitude):
        return PointRefusal.OUTSIDE_GREAT_BRITAIN
    eastings, northings = convert_bng([longitude], [latitude])
    easting, northing = float(eastings[0]), float(northings[0])
    return reasons_to_refuse_point(easting, northing) or GridPoint(easting, northing)


def to_lon_lat(easting: float, northing: float) -> tuple[float, float] | None:
    """Return longitude and latitude (WGS 84) of a National Grid point, or None where OSTN15 has no answer."""
    if reasons_to_refuse_point(easting, northing):
        return None
    longitudes, latitudes = convert_lonlat([easting], [northing])
    longitude, latitude = float(longitudes[0]), float(latitudes[0])
    return (longitude, latitude) if math.isfinite(longitude) and math.isfinite(latitude) else None


def many_to_grid(longitudes: Sequence[float], latitudes: Sequence[float]) -> npt.NDArray[np.float64]:
    """Return an (n, 2) array of eastings and northings in metres; nan where a point is outside Great Britain."""
    lon = np.asarray(longitudes, dtype=np.float64)
    lat = np.asarray(latitudes, dtype=np.float64)
    grid = np.full((len(lon), 2), np.nan)
    inside = np.array(
        [is_in_great_britain(*point) for point in zip(lon.tolist(), lat.tolist(), strict=True)], dtype=bool
    )
    if inside.any():
        eastings, northings = convert_bng(lon[inside], lat[inside])
        grid[inside] = np.column_stack([eastings, northings])
    return grid


def reasons_to_refuse_point(easting: float, northing: float) -> PointRefusal | None:
    """Return why this National Grid point cannot be used, or None where it can.

    Policy: docs/domain/4.1.md; (0, 0) is how devices and registers write "unknown".
    """
    if not (math.isfinite(easting) and math.isfinite(northing)):
        return PointRefusal.NOT_A_NUMBER
    if not (0 < easting < EAST_MAX_M and 0 < northing < NORTH_MAX_M):
        return PointRefusal.OUTSIDE_GREAT_BRITAIN
    return None


def typed_point(text: str) -> GridPoint | PointRefusal | None:
    """Return the place that a text gives as coordinates, why it cannot be used, or None where it gives none."""
    found = _DEGREES.search(text)
    if found:
        return _from_degrees(found)
    for pattern in (_GRID_JOINED, _GRID):
        found = pattern.search(text)
        if found and not _is_a_word(found, text):
            digits = "".join(found.groups()[1:])
            if len(digits) % 2 == 0:
                return _from_square(found[1].upper(), digits)
    found = _METRES.search(text)
    if found:
        easting, northing = float(found[1]), float(found[2])
        return reasons_to_refuse_point(easting, northing) or GridPoint(easting, northing)
    return None


def _is_a_word(found: re.Match[str], text: str) -> bool:
    """Return whether the square's letters are rather a word, as in "job no 118721", because more is written."""
    rest = _ABOUT_POINTS.sub(" ", text[: found.start()] + " " + text[found.end() :])
    return found[1].casefold() in _WORDS and bool(re.search(r"[A-Za-z]", rest))


def without_typed_point(text: str) -> str:
    """Return the text without the coordinates in it, so that the rest can be read as an address."""
    for pattern in (_DEGREES, _GRID_JOINED, _GRID, _METRES):
        text = pattern.sub(" ", text)
    return _ABOUT_POINTS.sub(" ", text)


def _from_degrees(found: re.Match[str]) -> GridPoint | PointRefusal:
    first, second = float(found[1]), float(found[3])
    if (found[2] or "").upper() == "S":
        first = -first
    if (found[4] or "").upper() == "W":
        second = -second
    if first < second:  # written longitude first
        first, second = second, first
    return to_grid(second, first)


def _from_square(letters: str, digits: str) -> GridPoint | PointRefusal:
    major, minor = _GRID_LETTERS.index(letters[0]), _GRID_LETTERS.index(letters[1])
    east = ((major - 2) % 5) * 5 + minor % 5
    north = 19 - major // 5 * 5 - minor // 5
    half = len(digits) // 2
    size = 10.0 ** (5 - half)
    easting = east * 100_000 + int(digits[:half]) * size + size / 2
    northing = north * 100_000 + int(digits[half:]) * size + size / 2
    return reasons_to_refuse_point(easting, northing) or GridPoint(easting, northing, size)
