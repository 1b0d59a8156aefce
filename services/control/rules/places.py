"""Reading a place as people say it in control's search; what it means is agreed with everybody else."""

from services.domain.grid_references import (
    EAST_MAX_M,
    NORTH_MAX_M,
    GridPoint,
    grid_reference,
    read_point,
    to_grid,
)

__all__ = ["EAST_M", "NORTH_M", "GridPoint", "grid_reference", "point_of_degrees", "read_place"]

EAST_M, NORTH_M = EAST_MAX_M, NORTH_MAX_M
# So that half a postcode (TN1 2) is never taken for a reference.
LEAST_FIGURES = 4


def read_place(asked: str) -> GridPoint | None:
    """Return the point that somebody wrote, or None if it is no place in Great Britain.

    Policy: the Ordnance Survey's National Grid; docs/interfaces.md, section 4: search by grid reference.
    """
    point = read_point(asked, LEAST_FIGURES)
    return point if isinstance(point, GridPoint) else None


def point_of_degrees(latitude: float, longitude: float) -> GridPoint | None:
    """Return where a WGS 84 position lies on the National Grid (OSTN15), or None outside Great Britain.

    Policy: metres on EPSG:27700 inside, degrees only at the edges.
    """
    point = to_grid(longitude, latitude)
    return point if isinstance(point, GridPoint) else None
