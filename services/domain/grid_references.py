"""Places given as coordinates, read and printed in one way everywhere: grid references, metres, degrees."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from convertbng.cutil import convert_bng, convert_lonlat

from services.domain.blanks import plain_blanks

EAST_MAX_M, NORTH_MAX_M = 700_000, 1_300_000
SQUARE_M = 100_000

# The first letter is a 500 km square, the second a 100 km square within it; there is no I.
_LETTERS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"
_SQUARE = r"([HJNOSThjnost][A-HJ-Za-hj-z])"
_BEFORE, _AFTER = r"(?<![A-Za-z0-9])", r"(?![A-Za-z0-9])"
_BETWEEN = r"(?:\s*[,;/]\s*|\s+)"
# Within an address: four figures or more, for "SE1 2" is half a postcode. A blank stands between easting and northing.
_PARTED = re.compile(
    _BEFORE + _SQUARE + r"\s*(?:" + "|".join(rf"(\d{{{n}}}){_BETWEEN}(\d{{{n}}})" for n in (2, 3, 4, 5)) + ")" + _AFTER
)
# Figures behind a joined reference make it a slip for a parted one, which is nobody's to guess.
_JOINED = re.compile(
    _BEFORE + _SQUARE + r"\s*(\d{4}(?!\s+\d{2})|\d{6}|\d{8}|\d{10})" + _AFTER + r"(?!\s*[,;/]?\s*\d{3})"
)
_METRES = re.compile(
    r"(?<![\d.])(\d{6}(?:\.\d+)?)\s*(?:[mM]\s*)?[Ee]?\s*[,;/\s]\s*(?:[Nn](?:orthing)?\s*[:=]?\s*)?"
    r"(\d{5,7}(?:\.\d+)?)(?:\s*[mM]?\s*[Nn]\b)?(?![\d.])"
)
_DEGREE_PAIR = (
    r"(?<![\d.])([+-]?\d{1,2}\.\d{DECIMALS,})\s*°?\s*([NnSs])?\s*[,;/\s]\s*(?:lo?ng?(?:itude)?\s*[:=]?\s*)?"
    r"([+-]?\d{1,3}\.\d{DECIMALS,})\s*°?\s*([EeWw])?(?![\d.])"
)
_DEGREES = re.compile(_DEGREE_PAIR.replace("DECIMALS", "2"))
# Where nothing but a point is written, its figures may be spaced in any way that has a blank in their middle.
_ONLY_LETTERED = re.compile(_SQUARE + r"\s*(\d[\d\s,;/]*)")
_ONLY_METRES = re.compile(r"(\d{5,6}(?:\.\d+)?)\s*[mM]?\s*[Ee]?[,;/\s]+[Nn]?\s*(\d{4,7}(?:\.\d+)?)\s*[mM]?\s*[Nn]?")
_ONLY_DEGREES = re.compile(_DEGREE_PAIR.replace("DECIMALS", "1"))
_ABOUT_POINTS = re.compile(
    r"(?i)\b(?:lat(?:itude)?|lo?ng?(?:itude)?|grid ref(?:erence)?|ngr|osgr|easting|northing|gps|at)\b[:=]?"
)
_E_BEFORE = re.compile(r"\b[EeNn]\s*[:=]?\s*(?=\d{5})")
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
# Metres between which a point is surely none of theirs, nor beyond the degrees of Great Britain.
_SURE_EAST_M, _SURE_NORTH_M = (200_000, 630_000), (60_000, 1_200_000)


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
    if not _is_on_the_grid(easting, northing):
        return PointRefusal.OUTSIDE_GREAT_BRITAIN
    return GridPoint(easting, northing)


def to_lon_lat(easting: float, northing: float) -> tuple[float, float] | None:
    """Return longitude and latitude (WGS 84) of a National Grid point, or None where OSTN15 has no answer."""
    if not _is_on_the_grid(easting, northing):
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

    Policy: docs/domain/4.1.md; (0, 0) is how devices and registers write "unknown". Great Britain alone, as for
    degrees: a point in Ireland or France is refused however it is written.
    """
    if not (math.isfinite(easting) and math.isfinite(northing)):
        return PointRefusal.NOT_A_NUMBER
    if not _is_on_the_grid(easting, northing):
        return PointRefusal.OUTSIDE_GREAT_BRITAIN
    east, north = _SURE_EAST_M, _SURE_NORTH_M
    if east[0] <= easting <= east[1] and north[0] <= northing <= north[1]:
        return None
    degrees = to_lon_lat(easting, northing)
    return None if degrees and is_in_great_britain(*degrees) else PointRefusal.OUTSIDE_GREAT_BRITAIN


def _is_on_the_grid(easting: float, northing: float) -> bool:
    return 0 < easting < EAST_MAX_M and 0 < northing < NORTH_MAX_M


def read_point(text: str, least_figures: int = 2) -> GridPoint | PointRefusal | None:
    """Return the place that a text is as a whole: a grid reference of 2 to 10 figures, metres or degrees.

    The middle of a reference's square; why it cannot be used if it is off Great Britain; None if it is no point. With
    blanks among the figures, one must part easting and northing: "TQ 6000 7200" is never read as TQ 60 00.

    Policy: the Ordnance Survey's National Grid; docs/interfaces.md, section 4: search by grid reference.
    """
    words = _E_BEFORE.sub("", _ABOUT_POINTS.sub(" ", plain_blanks(text))).strip(" \n,.;:()")
    found = _ONLY_LETTERED.fullmatch(words)
    if found:
        figures = _evenly_parted(found[2], least_figures)
        return _from_square(found[1], figures) if figures else None
    found = _ONLY_METRES.fullmatch(words)
    if found:
        return _from_metres(found)
    found = _ONLY_DEGREES.fullmatch(words)
    return _from_degrees(found) if found else None


def typed_point(text: str) -> GridPoint | PointRefusal | None:
    """Return the place that an address gives as coordinates, why it cannot be used, or None where it gives none."""
    found = _DEGREES.search(text)
    if found:
        return _from_degrees(found)
    for pattern in (_PARTED, _JOINED):
        found = pattern.search(text)
        if found and not _is_a_word(found, text):
            return _from_square(found[1], "".join(part for part in found.groups()[1:] if part))
    found = _METRES.search(text)
    return _from_metres(found) if found else None


def without_typed_point(text: str) -> str:
    """Return the text without the coordinates in it, so that the rest can be read as an address."""
    for pattern in (_DEGREES, _PARTED, _JOINED, _METRES):
        text = pattern.sub(" ", text)
    return _ABOUT_POINTS.sub(" ", text)


def grid_reference(easting: float, northing: float, figures: int = 8) -> str:
    """Return a point as a reference to say over the radio: SS 0010 3020, its 10 m square; "" off the grid.

    `figures` is 2 (10 km) to 10 (1 m), half of them for the easting.

    Policy: the Ordnance Survey's National Grid: the square that holds the point, never the nearest corner.
    """
    if not (0 <= easting < EAST_MAX_M and 0 <= northing < NORTH_MAX_M):
        return ""
    east, north = int(easting // SQUARE_M), int(northing // SQUARE_M)
    first = _LETTERS[17 - (north // 5) * 5 + east // 5]
    second = _LETTERS[20 - (north % 5) * 5 + east % 5]
    half = figures // 2
    size = 10 ** (5 - half)
    along, up = int(easting % SQUARE_M) // size, int(northing % SQUARE_M) // size
    return f"{first}{second} {along:0{half}d} {up:0{half}d}"


def _evenly_parted(written: str, least_figures: int) -> str | None:
    """Return the figures of a reference, None unless they are even in number and, if parted, parted in the middle."""
    groups = re.findall(r"\d+", written)
    figures = "".join(groups)
    half, odd = divmod(len(figures), 2)
    if odd or not least_figures <= len(figures) <= 10:
        return None
    ends = {sum(len(group) for group in groups[:at]) for at in range(1, len(groups))}
    return figures if not ends or half in ends else None


def _is_a_word(found: re.Match[str], text: str) -> bool:
    """Return whether the square's letters are rather a word, as in "job no 118721", because more is written.

    Two groups of four figures or more behind them are a reference ("SE 6000 7200"), unless they may be a telephone's.
    """
    longest = max(len(part or "") for part in found.groups()[1:])
    if found.re is _PARTED and longest >= 4 and found[1].casefold() != "no":
        return False
    rest = _ABOUT_POINTS.sub(" ", text[: found.start()] + " " + text[found.end() :])
    return found[1].casefold() in _WORDS and bool(re.search(r"[A-Za-z]", rest))


def _from_degrees(found: re.Match[str]) -> GridPoint | PointRefusal:
    first, second = float(found[1]), float(found[3])
    if (found[2] or "").upper() == "S":
        first = -first
    if (found[4] or "").upper() == "W":
        second = -second
    if first < second:  # written longitude first
        first, second = second, first
    return to_grid(second, first)


def _from_metres(found: re.Match[str]) -> GridPoint | PointRefusal:
    easting, northing = float(found[1]), float(found[2])
    return reasons_to_refuse_point(easting, northing) or GridPoint(easting, northing)


def _from_square(letters: str, figures: str) -> GridPoint | PointRefusal:
    """Return the middle of a square: printed again, it is the same reference."""
    major, minor = (_LETTERS.index(letter) for letter in letters.upper())
    half = len(figures) // 2
    size = 10 ** (5 - half)
    easting = (major % 5 - 2) * 5 * SQUARE_M + minor % 5 * SQUARE_M + int(figures[:half]) * size + size / 2
    northing = (3 - major // 5) * 5 * SQUARE_M + (4 - minor // 5) * SQUARE_M + int(figures[half:]) * size + size / 2
    return reasons_to_refuse_point(easting, northing) or GridPoint(easting, northing, size)
