"""Which station ground, district and ward a point lies in, and how far the border and the neighbours are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

Points = npt.NDArray[np.float64]
Shapes = npt.NDArray[np.object_]


# Segments in one stretch of border: measured as the quickest to search, about twice as quick as one by one.
STRETCH = 8
# No service touches more; an operator who loads the whole country sees those nearby.
MOST_NEIGHBOURS = 8


@dataclass(frozen=True, slots=True)
class Area:
    """An area with its code and name; the shape in metres of the National Grid (EPSG:27700)."""

    code: str
    name: str
    shape: BaseGeometry


@dataclass(frozen=True, slots=True)
class Locality:
    """Where a point lies: codes of its areas (None outside all), and metres to the border (negative outside)."""

    station_ground: str | None
    district: str | None
    ward: str | None
    border_distance_m: float | None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A neighbouring service and the metres to its area: 0 inside it."""

    code: str
    name: str
    distance_m: float


class Layer:
    """Areas of one kind with a tree over them, so that a point is found without looking at every area."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self.areas = tuple(areas)
        self._shapes = np.array([area.shape for area in self.areas], dtype=object)
        shapely.prepare(self._shapes)
        self._tree = shapely.STRtree(self._shapes)

    def at(self, points: Points, shapes: Shapes | None = None) -> npt.NDArray[np.int64]:
        """Return for each (easting, northing) the position of its area, -1 outside all.

        A point on a shared edge belongs to the first area in the order loaded.
        """
        found = np.full(len(points), -1, dtype=np.int64)
        if not len(self.areas) or not len(points):
            return found
        which, areas = self._tree.query(shapely.points(points) if shapes is None else shapes)
        order = np.lexsort((which, areas))
        which, areas = which[order], areas[order]
        bounds = np.flatnonzero(np.diff(areas, prepend=-1, append=-1))
        for first, last in zip(bounds[:-1][::-1], bounds[1:][::-1], strict=True):
            near = which[first:last]
            inside = shapely.intersects_xy(self._shapes[areas[first]], points[near, 0], points[near, 1])
            found[near[inside]] = areas[first]
        return found

    def codes_at(self, points: Points, shapes: Shapes | None = None) -> list[str | None]:
        """Return for each point the code of its area, None outside all."""
        return [self.areas[at].code if at >= 0 else None for at in self.at(points, shapes).tolist()]


class Localities:
    """Station grounds, districts, wards, the service's border and its neighbours, ready to be asked about points."""

    def __init__(
        self,
        station_grounds: Iterable[Area] = (),
        districts: Iterable[Area] = (),
        wards: Iterable[Area] = (),
        border: Iterable[Area] = (),
        neighbours: Iterable[Area] = (),
    ) -> None:
        self.station_grounds = Layer(station_grounds)
        self.districts = Layer(districts)
        self.wards = Layer(wards)
        self._neighbours = [(area, _edges(area.shape)) for area in neighbours]
        whole = [area.shape for area in border]
        self._service = shapely.union_all(whole) if whole else None
        if self._service is not None:
            shapely.prepare(self._service)
            self._edges = _edges(self._service)

    def of(self, points: Sequence[tuple[float, float]] | Points) -> list[Locality]:
        """Return where each (easting, northing) lies, in the order given.

        Policy: docs/domain/1.7.md; docs/matching.md. Not a number gives an empty locality.
        """
        given = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        known = np.asarray(np.isfinite(given).all(axis=1), dtype=np.bool_)
        where = given[known]
        shapes = np.asarray(shapely.points(where), dtype=object)
        layers = (self.station_grounds, self.districts, self.wards)
        columns = [layer.codes_at(where, shapes) for layer in layers]
        distances = self.border_distances(where, shapes)
        found = [
            Locality(ground, district, ward, None if np.isnan(metres) else float(metres))
            for ground, district, ward, metres in zip(*columns, distances.tolist(), strict=True)
        ]
        if known.all():
            return found
        answers = iter(found)
        return [next(answers) if yes else Locality(None, None, None, None) for yes in known.tolist()]

    def grounds_of(self, points: Sequence[tuple[float, float] | None]) -> list[str | None]:
        """Return the station ground that each point lies in: None outside all, and for no point.

        Policy: docs/domain/1.7.md.
        """
        given = np.asarray([point or (np.nan, np.nan) for point in points], dtype=np.float64).reshape(-1, 2)
        known = np.asarray(np.isfinite(given).all(axis=1), dtype=np.bool_)
        codes = iter(self.station_grounds.codes_at(given[known]))
        return [next(codes) if yes else None for yes in known.tolist()]

    def border_distances(self, points: Points, shapes: Shapes | None = None) -> Points:
        """Return metres from each point to the border: positive inside, negative outside, nan without a border."""
        if self._service is None or not len(points):
            return np.full(len(points), np.nan)
        where = shapely.points(points) if shapes is None else shapes
        nearest: Any = self._edges.query_nearest(where, return_distance=True, all_matches=False)
        pairs, metres = nearest
        away = np.full(len(points), np.nan)
        away[pairs[0]] = metres
        inside = shapely.contains_xy(self._service, points[:, 0], points[:, 1])
        return np.where(inside, away, -away)

    def neighbours_of(self, point: tuple[float, float]) -> tuple[Neighbour, ...] | None:
        """Return the nearest neighbouring services of a point, the nearest first; None where no areas are loaded.

        Distances are straight lines in metres over the National Grid, to the nearest part of a neighbour's area.

        Policy: docs/domain/1.6.md: what lies over the border is a neighbour's, a coast is nobody's.
        """
        if not self._neighbours:
            return None
        here, nearest = shapely.Point(point), dict[str, Neighbour]()
        for area, edges in self._neighbours:
            inside = shapely.intersects_xy(area.shape, *point)
            metres = 0.0 if inside else float(edges.query_nearest(here, return_distance=True, all_matches=False)[1][0])
            before = nearest.get(area.code)
            if before is None or metres < before.distance_m:
                nearest[area.code] = Neighbour(area.code, area.name, metres)
        in_order = sorted(nearest.values(), key=lambda neighbour: (neighbour.distance_m, neighbour.code))
        return tuple(in_order[:MOST_NEIGHBOURS])


def _edges(shape: BaseGeometry) -> shapely.STRtree:
    lines = list(shapely.get_parts(np.asarray([shapely.boundary(shape)], dtype=object)))
    return shapely.STRtree(np.concatenate([_stretches(line) for line in lines]), node_capacity=4)


def _stretches(line: BaseGeometry) -> Shapes:
    """Return a line as short stretches, so that the nearest is found by the tree and not by walking all of it."""
    ends = shapely.get_coordinates(line)
    starts = range(0, len(ends) - 1, STRETCH)
    return np.asarray([shapely.linestrings(ends[at : at + STRETCH + 1]) for at in starts], dtype=object)
