"""What is shown of a premises that is known and of which nothing is held: where it is, and the records around it."""

from schemas.visit_parts import Part
from services.control.presenters.results import Result


class Neighbour(Part):
    """A record near by, and which way it lies."""

    record: Result
    direction: str


class NothingHeld(Part):
    """A known premises without a record; `building_held` says that its building has one. Metres are on EPSG:27700."""

    premises_id: str
    title: str
    known_as: str
    in_use: bool
    grid_reference: str
    easting: float | None
    northing: float | None
    parent_id: str | None
    building: str
    building_held: bool
    nearest: tuple[Neighbour, ...]
