"""Boundaries that an operator loads: GeoJSON, GeoPackage or GeoParquet, turned to the National Grid exactly."""

import gzip
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import numpy.typing as npt
import shapely

from services.premises.gateways.rows import FileRefused, Rejected
from services.premises.rules.coordinates import many_to_grid
from services.premises.rules.localities import Area

_CODES = ("code", "id", "lad_code", "ward22cd", "fra_code", "lsoa11cd", "station_id", "ref")
_NAMES = ("name", "lad_name", "ward22nm", "fra_name", "lsoa11nm", "label")
_NATIONAL_GRID = 27700


def boundaries_of(path: Path, code: str | None = None, name: str | None = None) -> Iterator[Area | Rejected]:
    """Return the areas of a boundary file in metres of the National Grid, and its refused features.

    Longitudes and latitudes go through OSTN15 (convertbng), never through a grid-less projection.
    """
    frame = _read(path)
    columns = [column for column in frame.columns if column != frame.geometry.name]
    code_column = code or _pick(columns, _CODES, ("cd", "code", "id"))
    name_column = name or _pick(columns, _NAMES, ("nm", "name"))
    if code_column is None and name_column is None:
        raise FileRefused(path.name, "no column with a code or a name")
    turn = _turner(frame, path)
    for at, (geometry, (_, row)) in enumerate(zip(frame.geometry, frame.iterrows(), strict=True), start=1):
        yield _area(geometry, row, at, code_column or name_column, name_column or code_column, turn)


def _area(geometry: Any, row: Any, at: int, code: str | None, name: str | None, turn: bool) -> Area | Rejected:
    if geometry is None or geometry.is_empty or geometry.geom_type not in ("Polygon", "MultiPolygon"):
        return Rejected(at, "geometry", "not an area")
    shape = shapely.transform(geometry, _to_grid) if turn else geometry
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return Rejected(at, "geometry", "lies partly outside Great Britain")
    if not shape.is_valid:
        shape = shapely.make_valid(shape)
    return Area(str(row[code]), str(row[name]), shape)


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


def _read(path: Path) -> Any:
    kind = path.name.lower()
    try:
        if kind.endswith(".parquet"):
            return geopandas.read_parquet(path)
        if kind.endswith(".gz"):
            with tempfile.NamedTemporaryFile(suffix=".geojson") as unpacked:
                unpacked.write(gzip.decompress(path.read_bytes()))
                unpacked.flush()
                return geopandas.read_file(unpacked.name)
        return geopandas.read_file(path)
    except Exception as problem:  # pyogrio and pyarrow raise their own kinds; all mean an unreadable file
        raise FileRefused(path.name, f"cannot be read as boundaries: {problem}") from problem


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
