"""Where things lie along a street: points in metres, lines, and which side of the road a house stands on."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]
Line = tuple[Point, ...]

# The south-west corner of the invented area on the British National Grid (EPSG:27700): farmland in England.
CORNER: Point = (348_000.0, 262_000.0)


@dataclass(frozen=True)
class Frame:
    """A neighbourhood's own grid: metres from its middle, turned anticlockwise against the National Grid."""

    east: float
    north: float
    turn_deg: float

    def place(self, point: Point) -> Point:
        """Return the easting and northing of a point of this neighbourhood."""
        cos, sin = math.cos(math.radians(self.turn_deg)), math.sin(math.radians(self.turn_deg))
        x, y = point
        return (CORNER[0] + self.east + x * cos - y * sin, CORNER[1] + self.north + x * sin + y * cos)


def smoothed(line: Line, times: int = 2) -> Line:
    """Return the line with its corners cut (Chaikin), its two ends kept."""
    for _ in range(times):
        if len(line) < 3:
            return line
        cut: list[Point] = [line[0]]
        for (ax, ay), (bx, by) in pairwise(line):
            cut.append((0.75 * ax + 0.25 * bx, 0.75 * ay + 0.25 * by))
            cut.append((0.25 * ax + 0.75 * bx, 0.25 * ay + 0.75 * by))
        line = (line[0], *cut[2:-1], line[-1])
    return line


def length(line: Line) -> float:
    """Return the length of a line in metres."""
    return sum(math.dist(a, b) for a, b in pairwise(line))


def beside(line: Line, along: float, offset: float) -> Point:
    """Return the point `along` metres from the start and `offset` metres to the left (negative: right)."""
    left_over = along
    for a, b in pairwise(line):
        step = math.dist(a, b)
        if step > 0 and left_over <= step:
            ux, uy = (b[0] - a[0]) / step, (b[1] - a[1]) / step
            return (a[0] + ux * left_over - uy * offset, a[1] + uy * left_over + ux * offset)
        left_over -= step
    return line[-1]


class Neighbours:
    """Things with a place, kept in squares of 50 m so that what is near is found without looking at everything."""

    SQUARE_M = 50.0

    def __init__(self) -> None:
        self._squares: dict[tuple[int, int], list[tuple[Point, float, str]]] = {}

    def add(self, point: Point, clear_m: float, whose: str = "") -> None:
        """Keep a circle of `clear_m` around the point free, except of its own street's business."""
        reach = int(clear_m // self.SQUARE_M) + 1
        column, row = self._square(point)
        for east in range(column - reach, column + reach + 1):
            for north in range(row - reach, row + reach + 1):
                self._squares.setdefault((east, north), []).append((point, clear_m, whose))

    def add_line(self, line: Line, clear_m: float, whose: str) -> None:
        """Keep a strip along a line free, except for what belongs to the same street."""
        for a, b in pairwise(line):
            steps = max(1, round(math.dist(a, b) / 6))
            for step in range(steps + 1):
                share = step / steps
                self.add((a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])), clear_m, whose)

    def taken(self, point: Point, whose: str = "") -> bool:
        """Return whether the point lies on ground that somebody else keeps free."""
        return any(
            math.dist(point, other) < clear_m
            for other, clear_m, owner in self._near(point)
            if not owner or owner != whose
        )

    def _near(self, point: Point) -> Iterator[tuple[Point, float, str]]:
        yield from self._squares.get(self._square(point), ())

    def _square(self, point: Point) -> tuple[int, int]:
        return (int(point[0] // self.SQUARE_M), int(point[1] // self.SQUARE_M))
