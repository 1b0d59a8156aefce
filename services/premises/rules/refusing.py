"""What has to be mended in a person's decision about an address before it can be kept."""

from services.domain.grid_references import GridPoint, PointRefusal, read_point
from services.shared.errors import FieldReason

ROUGHEST_PLACE_M, SHORTEST_WHY = 1_000.0, 10


def reasons_to_refuse_place(address: str, where: str) -> tuple[FieldReason, ...]:
    """Return all that has to be mended before a place can be made, each with how."""
    reasons = []
    if not address.strip():
        reasons.append(FieldReason("/address", "Say where it is in words, such as “Field above Saltmarsh Lane”"))
    point = read_point(where)
    if point is PointRefusal.OUTSIDE_GREAT_BRITAIN:
        reasons.append(FieldReason("/where", "This point is not in Great Britain: check its letters and figures"))
    elif not isinstance(point, GridPoint):
        how = "Give the point as a grid reference such as SO 5483 6755, an easting and northing such as 354830 267550"
        reasons.append(FieldReason("/where", f"{how}, or a latitude and longitude such as 52.3042, -2.6639"))
    elif point.square_m > ROUGHEST_PLACE_M:
        reasons.append(FieldReason("/where", "This names a square of 10 km: give at least four figures more"))
    return tuple(reasons)


def reasons_to_refuse_return(why: str) -> tuple[FieldReason, ...]:
    """Return what has to be mended before a visit can go back to its crew."""
    if len(why.strip()) >= SHORTEST_WHY:
        return ()
    how = f"Say what the crew should find out, in {SHORTEST_WHY} letters or more, such as “Which field? Send a point”"
    return (FieldReason("/why", how),)
