"""Boundaries that an operator loads: GeoJSON, GeoPackage or GeoParquet, turned to the National Grid exactly."""

import gzip
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from services.domain.grid_references import EAST_MAX_M, NORTH_MAX_M, many_to_grid
from services.premises.gateways.rows import BadRow, FileRefused, Rejected, each
from services.premises.rules.localities import Area

_CODES = ("code", "id", "lad_code", "ward22cd", "fra_code", "lsoa11cd", "station_id", "ref")
_NAMES = ("name", "lad_name", "ward22nm", "fra_name", "lsoa11nm", "label")
_NATIONAL_GRID = 27700
_SEA_M = 100_000
_SHOWN = 160


def boundaries_of(path: Path, code: str | None = None, name: str | None = None) -> Iterator[Area | Rejected]:
    """Return the areas of a boundary file in metres of the National Grid, and its refused features.

    Longitudes and latitudes go through OSTN15 (convertbng), never through a grid-less projection.
    """
    frame = read_frame(path)
    if frame.empty:
        raise FileRefused(path.name, "holds no areas")
    columns = [column for column in frame.columns if column != frame.geometry.name]
    code_column = code or _pick(columns, _CODES, ("cd", "code", "id"))
    name_column = name or _pick(columns, _NAMES, ("nm", "name"))
    if code_column is None and name_column is None:
        raise FileRefused(path.name, "no column with a code or a name")
    turn = _turner(frame, path)
    features = zip(frame.geometry, (row for _, row in frame.iterrows()), strict=True)
    columns_meant = code_column or name_column, name_column or code_column
    yield from each(enumerate(features, start=1), lambda feature: _area(*feature, *columns_meant, turn))


def _area(geometry: Any, row: Any, code: str | None, name: str | None, turn: bool) -> Area:
    if geometry is None or geometry.is_empty or geometry.geom_type not in ("Polygon", "MultiPolygon"):
        raise BadRow("geometry", "not an area")
    words = [_word(row[column]) for column in (code, name)]
    if not all(words):
        raise BadRow(str(code if not words[0] else name), "empty")
    given = shapely.get_coordinates(geometry)
    metres = _to_grid(given) if turn else given
    if not np.isfinite(metres).all() or not _is_on_the_grid(metres):
        raise BadRow("geometry", "lies partly outside Great Britain")
    shape = shapely.set_coordinates(shapely.force_2d(geometry), metres)
    if not shape.is_valid:
        shape = shapely.make_valid(shape)
    return Area(words[0], words[1], shape)


def _word(value: Any) -> str:
    """Return a code or name as text; numbers that a file keeps as decimals, such as 71.0, without them."""
    if value is None or value != value:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _is_on_the_grid(metres: npt.NDArray[np.float64]) -> bool:
    """Return whether points lie on the National Grid, give or take the sea that a boundary may take in."""
    low, high = metres.min(axis=0), metres.max(axis=0)
    return bool((low >= -_SEA_M).all() and high[0] <= EAST_MAX_M + _SEA_M and high[1] <= NORTH_MAX_M + _SEA_M)


def _to_grid(coordinates: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return many_to_grid(coordinates[:, 0].tolist(), coordinates[:, 1].tolist())


def _turner(frame: Any, path: Path) -> bool:
    """Return whether the coordinates are degrees; a system that is neither is refused."""
    epsg = frame.crs.to_epsg() if frame.crs is not None else None
    if epsg == _NATIONAL_GRID:
        return False
    if epsg == 4326 or (frame.crs is not None and frame.crs.is_geographic):
        return True
    if epsg is None:
        return bool(np.abs(frame.total_bounds).max() <= 180)
    raise FileRefused(path.name, f"coordinate system EPSG:{epsg}; needed: EPSG:27700 or EPSG:4326")


def read_frame(path: Path) -> Any:
    """Return the features of a boundary file; raises `FileRefused` for one that is none, or has several layers."""
    import geopandas  # a third of what a process takes to start, and few of them ever load a file

    kind = path.name.lower()
    try:
        if kind.endswith("parquet"):
            return geopandas.read_parquet(path)
        if kind.endswith(".gz"):
            with tempfile.NamedTemporaryFile(suffix=".geojson") as unpacked:
                unpacked.write(gzip.decompress(path.read_bytes()))
                unpacked.flush()
                return geopandas.read_file(unpacked.name)
        return geopandas.read_file(path, layer=_layer_of(geopandas.list_layers(path), path.name))
    except FileRefused:
        raise
    except Exception as problem:  # pyogrio and pyarrow raise their own kinds; all mean an unreadable file
        why = str(problem).splitlines()[0].split(";")[0][:_SHOWN]
        raise FileRefused(path.name, f"cannot be read as GeoJSON, GeoPackage or GeoParquet: {why}") from problem


def _layer_of(layers: Any, file: str) -> str:
    """Return the one layer of a file that has areas; which of several is meant nobody can tell."""
    with_areas = [one for one, kind in zip(layers["name"], layers["geometry_type"], strict=True) if _has_areas(kind)]
    if len(with_areas) > 1:
        raise FileRefused(file, f"several layers: {', '.join(with_areas)}: save the one that is meant by itself")
    return str(with_areas[0] if with_areas else layers["name"][0])


def _has_areas(kind: str | None) -> bool:
    return kind is not None and ("Polygon" in kind or kind in ("Unknown", "GeometryCollection"))


def _pick(columns: list[str], known: tuple[str, ...], endings: tuple[str, ...]) -> str | None:
    for one in known:
        for column in columns:
            if column.casefold() == one:
                return column
    for ending in endings:
        for column in columns:
            if column.casefold().endswith(ending):
                return column
    return None
