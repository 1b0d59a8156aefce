"""A map file of areas: GeoJSON in WGS 84 degrees (EPSG:4326)."""

import json
from collections.abc import Mapping
from typing import Any

from services.shared.csv_lines import refused_file

NO_GEOJSON = "this is no GeoJSON of areas (a FeatureCollection): export it as GeoJSON, EPSG:4326"
DEGREES = ("4326", "CRS84")


def read_area_file(content: bytes) -> tuple[tuple[int, Mapping[str, Any]], ...]:
    """Return the areas of a file by their number in it, from 1; raises `Refused` if it holds none."""
    try:
        whole = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise refused_file(NO_GEOJSON) from None
    features = whole.get("features") if isinstance(whole, dict) else None
    if not isinstance(features, list) or whole.get("type") != "FeatureCollection":
        raise refused_file(NO_GEOJSON)
    if "crs" in whole and not any(degrees in json.dumps(whole["crs"]) for degrees in DEGREES):
        raise refused_file("its coordinates are not WGS 84 degrees: export it again as EPSG:4326")
    return tuple((number, each if isinstance(each, dict) else {}) for number, each in enumerate(features, 1))
