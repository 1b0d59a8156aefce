"""Which way something lies, in the words of a compass."""

import math

POINTS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")


def direction(east_m: float, north_m: float) -> str:
    """Return the compass point that lies so many metres east and north; empty for the very place.

    Policy: the National Grid's north, which in England is the compass's to within 3 degrees.
    """
    if not (east_m or north_m):
        return ""
    eighth = round(math.degrees(math.atan2(east_m, north_m)) / 45) % len(POINTS)
    return POINTS[eighth]
