"""Draws the service's border, its districts, and each station's ground: the part that is nearest to that station."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely
from convertbng.cutil import convert_bng, convert_lonlat
from sample_files import Feature, feature, write_geojson
from shapely.geometry import MultiPoint, Point, mapping, shape
from shapely.geometry.base import BaseGeometry

from real.register import Station

Coordinates = npt.NDArray[np.float64]


def on_grid(geometry: BaseGeometry) -> BaseGeometry:
    """Return a geometry of degrees (WGS 84) in metres on the National Grid, by OSTN15."""
    return shapely.transform(geometry, _to_grid)


def in_degrees(geometry: BaseGeometry) -> BaseGeometry:
    """Return a geometry of the National Grid in degrees, to about 10 cm."""
    return _sound(shapely.transform(geometry, _to_degrees))


def _sound(geometry: BaseGeometry) -> BaseGeometry:
    """Return the same surface without lines that cross themselves, as rounding and old data leave them."""
    return geometry if geometry.is_valid else geometry.buffer(0)


def _to_grid(points: Coordinates) -> Coordinates:
    east, north = convert_bng(points[:, 0].copy(), points[:, 1].copy())
    return np.column_stack((east, north)).astype(np.float64)


def _to_degrees(points: Coordinates) -> Coordinates:
    lon, lat = convert_lonlat(points[:, 0].copy(), points[:, 1].copy())
    return np.column_stack((lon, lat)).astype(np.float64).round(6)


def write_borders(data: Path, stations: list[Station], out: Path) -> list[Path]:
    """Write the service's boundary, its districts and the station grounds as GeoJSON."""
    (service,) = _read(data / "kent_fire_authority_boundary.geojson")
    border = on_grid(service[1]).buffer(0)
    name, code = service[0]["fra_name"], service[0]["fra_code"]
    whole = _feature(code, f"{name} Fire and Rescue Service", "service", in_degrees(border))
    districts = (
        _feature(properties["lad_code"], properties["lad_name"], "district", _sound(geometry))
        for properties, geometry in _read(data / "kent_districts.geojson")
    )
    grounds = (
        _feature(station.station_id, station.name, "station_ground", in_degrees(ground))
        for station, ground in nearest_station_grounds(stations, border)
    )
    return [
        write_geojson(out / "service_boundary.geojson", [whole]),
        write_geojson(out / "districts.geojson", districts),
        write_geojson(out / "station_grounds.geojson", grounds),
    ]


def nearest_station_grounds(stations: list[Station], border: BaseGeometry) -> Iterator[tuple[Station, BaseGeometry]]:
    """Yield each station with the part of the service that lies nearer to it than to any other (metres)."""
    points = [Point(station.point) for station in stations]
    cells = shapely.voronoi_polygons(MultiPoint(points), extend_to=border).geoms
    for station, point in zip(stations, points, strict=True):
        cell = next(cell for cell in cells if cell.contains(point))
        yield station, cell.intersection(border)


def _read(path: Path) -> Iterator[tuple[dict[str, str], BaseGeometry]]:
    for entry in json.loads(path.read_text(encoding="utf-8"))["features"]:
        yield entry["properties"], shape(entry["geometry"])


def _feature(identifier: str, name: str, kind: str, geometry: BaseGeometry) -> Feature:
    return feature({"id": identifier, "name": name, "kind": kind}, mapping(geometry))
