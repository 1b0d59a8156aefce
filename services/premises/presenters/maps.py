"""What maps draw: for one visit outlines, candidates and fix, in metres; for a crew's tablet outlines, in degrees."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import shapely

from services.domain.grid_references import to_lon_lat
from services.premises.presenters.candidates import ShownCandidate
from services.premises.rules.localities import Area

SIMPLER_M = 5.0
# A tablet shows a whole ground at once and takes it along: a bend of 20 m is less than two pixels there.
TABLETS_SIMPLER_M = 20.0
OUTLINED = ("service", "station_ground")
DECIMALS = 5  # of a degree: 1 m
LEAST_OF_A_RING = 4
Point = tuple[float, float]


def outline(area: Area, kind: str) -> dict[str, Any]:
    """Return the outer lines of an area, with bends under 5 m left out."""
    shape = shapely.simplify(area.shape, SIMPLER_M)
    rings = [part.exterior for part in shapely.get_parts([shape]) if part.geom_type == "Polygon"]
    return {
        "kind": kind,
        "name": area.name,
        "rings": [[[round(x), round(y)] for x, y in shapely.get_coordinates(ring).tolist()] for ring in rings],
    }


def outlines(areas: Mapping[str, Sequence[Area]]) -> dict[str, Any]:
    """Return the service and its station grounds as GeoJSON (RFC 7946): outer lines alone, in degrees WGS 84."""
    return {
        "type": "FeatureCollection",
        "features": [_feature(area, kind) for kind in OUTLINED for area in areas.get(kind, ())],
    }


def _feature(area: Area, kind: str) -> dict[str, Any]:
    shape = shapely.simplify(area.shape, TABLETS_SIMPLER_M)
    outer = [part.exterior for part in shapely.get_parts([shape]) if part.geom_type == "Polygon"]
    rings = [ring for line in outer if len(ring := _degrees(line)) >= LEAST_OF_A_RING]
    return {
        "type": "Feature",
        "properties": {"kind": kind, "code": area.code, "name": area.name},
        "geometry": {"type": "MultiPolygon", "coordinates": [[ring] for ring in rings]},
    }


def _degrees(line: Any) -> list[list[float]]:
    """Return a line as (longitude, latitude); a corner so far out at sea that nobody has degrees for it is left out."""
    points = (to_lon_lat(easting, northing) for easting, northing in shapely.get_coordinates(line).tolist())
    return [[round(degrees, DECIMALS) for degrees in point] for point in points if point is not None]


def map_of(
    candidates: Sequence[ShownCandidate],
    fix: Point | None,
    accuracy_m: float | None,
    place: Point | None,
    outlines: Iterable[dict[str, Any]],
    around: Iterable[tuple[float, float, str]],
) -> dict[str, Any]:
    """Return all that the map draws; coordinates are (easting, northing) in metres, rounded to a metre."""
    return {
        "fix": {"at": _rounded(fix), "accuracy_m": accuracy_m} if fix else None,
        "place": _rounded(place) if place else None,
        "candidates": [
            {
                "at": _rounded((one.easting, one.northing)),
                "id": one.premises_id,
                "label": str(one.key) if one.key else "",
                "name": one.name or one.address,
            }
            for one in candidates
            if one.easting is not None and one.northing is not None
        ],
        "outlines": list(outlines),
        "around": [[round(x), round(y), name] for x, y, name in around],
    }


def middle_of(points: Iterable[Point | None]) -> Point | None:
    """Return the first point that is known: what the map is about."""
    return next((point for point in points if point is not None), None)


def _rounded(point: Point) -> list[int]:
    return [round(point[0]), round(point[1])]
