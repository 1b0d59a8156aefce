"""What the map of one visit draws: outlines, what stands around, the tablet's fix and the candidates, in metres."""

from collections.abc import Iterable, Sequence
from typing import Any

import shapely

from services.premises.presenters.candidates import ShownCandidate
from services.premises.rules.localities import Area

SIMPLER_M = 5.0
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
