"""Writes the sample area to files: the columns and shapes that `ravi gazetteer load` reads."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from convertbng.cutil import convert_lonlat
from sample_files import Feature, feature, write_csv, write_geojson

from invented.area import Area
from invented.geometry import Line
from invented.layout import Border

PREMISES_COLUMNS = (
    "premises_id", "name", "address", "postcode", "easting", "northing", "parent_id", "classification",
    "logical_status", "source", "blpu_state", "premises_class",
)  # fmt: skip
SOURCE = "vale-of-arrel-sample"


def write_area(area: Area, folder: Path) -> list[Path]:
    """Write every file of the area and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [
        write_csv(folder / "premises.csv", PREMISES_COLUMNS, _premises(area)),
        write_csv(
            folder / "postcodes.csv",
            ("postcode", "easting", "northing", "status"),
            ((code.postcode, f"{code.point[0]:.0f}", f"{code.point[1]:.0f}", code.status) for code in area.postcodes),
        ),
        write_csv(
            folder / "stations.csv",
            ("station_id", "name", "easting", "northing"),
            ((post.station_id, post.name, *_metres(post.premises.point)) for post in area.stations),
        ),
        write_csv(
            folder / "hydrants.csv",
            ("asset_id", "easting", "northing", "main_mm", "flow_lpm", "status"),
            ((tap.asset_id, *_metres(tap.point), tap.main_mm, tap.flow_lpm, tap.status) for tap in area.hydrants),
        ),
    ]
    files = dict.fromkeys(border.file for border in area.borders)
    for file in files:
        borders = [border for border in area.borders if border.file == file]
        written.append(write_geojson(folder / f"{file}.geojson", [_border(border) for border in borders]))
    written.append(write_geojson(folder / "background.geojson", _background(area)))
    return written


def _metres(point: tuple[float, float]) -> tuple[str, str]:
    return f"{point[0]:.1f}", f"{point[1]:.1f}"


def _premises(area: Area) -> Iterable[Sequence[object]]:
    for entry in area.premises:
        yield (
            entry.premises_id,
            entry.name,
            entry.address,
            entry.postcode,
            *_metres(entry.point),
            entry.parent_id,
            entry.classification,
            entry.status,
            SOURCE,
            entry.state,
            entry.premises_class,
        )


def degrees(line: Line) -> list[list[float]]:
    """Return a line of the National Grid as longitude and latitude (WGS 84, by OSTN15), to about 10 cm."""
    east, north = convert_lonlat([point[0] for point in line], [point[1] for point in line])
    return [[round(float(lon), 6), round(float(lat), 6)] for lon, lat in zip(east, north, strict=True)]


def _border(border: Border) -> Feature:
    ring = degrees((*border.ring, border.ring[0]))
    if _clockwise(border.ring):
        ring.reverse()
    properties = {"id": border.id, "name": border.name, "kind": border.kind}
    return feature(properties, {"type": "Polygon", "coordinates": [ring]})


def _clockwise(ring: Line) -> bool:
    pairs = zip(ring, (*ring[1:], ring[0]), strict=True)
    return sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in pairs) > 0


def _background(area: Area) -> list[Feature]:
    """Return roads, water and woods, so that a map of the area is not a blank sheet."""
    shapes: list[Feature] = []
    for landmark in area.layout.landmarks:
        line = degrees(landmark.line)
        surface = landmark.kind not in ("river", "brook", "railway")
        geometry: dict[str, object] = {"type": "LineString", "coordinates": line}
        if surface:
            geometry = {"type": "Polygon", "coordinates": [line]}
        shapes.append(feature({"name": landmark.name, "kind": landmark.kind}, geometry))
    for street in area.layout.streets:
        kind = {"trunk": "main_road", "lane": "lane"}.get(street.style, "street")
        shapes.append(
            feature({"name": street.name, "kind": kind}, {"type": "LineString", "coordinates": degrees(street.line)})
        )
    return shapes
