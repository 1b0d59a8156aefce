"""What is said of premises: which building a visit means, or that a person must find it, and which there are."""

from typing import ClassVar

from pydantic import AwareDatetime, Field

from schemas.envelope import Event
from schemas.sensitive import Sealed
from schemas.visit_parts import Part
from schemas.visits import OpenVisit, Sender
from schemas.vocabulary import LocationOutcome, LocationPrecision


class NearNeighbour(Part):
    """A neighbouring fire and rescue service, and the metres to its area: 0 inside it."""

    code: str
    name: str
    distance_m: float = Field(ge=0)


class Place(Part):
    """Where something is: metres on EPSG:27700 (by OSTN15), WGS 84 degrees, and the localities it lies in.

    `border_distance_m` is the distance to the service's boundary, negative outside it. `neighbours` are the
    neighbouring services, the nearest first; None where no neighbour's area is loaded.
    """

    easting: float
    northing: float
    latitude: float
    longitude: float
    station_ground: str | None = None
    district: str | None = None
    ward: str | None = None
    border_distance_m: float | None = None
    neighbours: tuple[NearNeighbour, ...] | None = None


class LocatedPremises(Part):
    """One premises as the gazetteer knows it, and where it is; `parent_id` is the building of a flat or suite."""

    premises_id: str
    name: str = ""
    address: str
    postcode: str = ""
    classification: str = ""
    parent_id: str | None = None
    place: Place


class Candidate(Part):
    """A premises that a written address may mean; `score` is 0 to 1, best first."""

    premises_id: str
    address: str
    score: float = Field(ge=0, le=1)
    easting: float
    northing: float


class PremisesLocated(Event):
    """The premises of a visit is known; carries the open visit along, so that the register needs no join."""

    topic: ClassVar[str] = "premises.located"

    visit_id: str
    premises: LocatedPremises
    outcome: LocationOutcome
    precision: LocationPrecision
    score: float
    reason: str
    located_by: str
    received_at: AwareDatetime
    visit: OpenVisit
    private: Sealed
    sent_by: Sender | None = None

    def key(self) -> str:
        return self.premises.premises_id


class PremisesNotLocated(Event):
    """No premises could be named with certainty: a person must say which; a place may be known all the same."""

    topic: ClassVar[str] = "premises.not-located"

    visit_id: str
    written: str
    outcome: LocationOutcome
    precision: LocationPrecision
    reason: str
    place: Place | None = None
    candidates: tuple[Candidate, ...] = ()

    def key(self) -> str:
        return self.visit_id


class ListedPremises(Part):
    """One entry of the gazetteer with every name it goes or went by; metres on EPSG:27700, None where nobody knows.

    `in_use` is false for what stands there no longer. `other_names` are those learnt from people's decisions.
    `classification` is the source's own code or words; `station_ground` is None outside all grounds, or with no point.
    """

    premises_id: str
    name: str = ""
    address: str
    postcode: str = ""
    parent_id: str | None = None
    easting: float | None = None
    northing: float | None = None
    in_use: bool = True
    classification: str = ""
    station_ground: str | None = None
    former_names: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()


class PremisesListed(Event):
    """What is new or changed in the gazetteer, a part at a time, so that others can find every premises.

    `generation` is the change of the gazetteer that last touched these entries: a lower one never replaces a higher.
    """

    topic: ClassVar[str] = "premises.listed"

    part_id: str
    generation: int = Field(ge=0)
    entries: tuple[ListedPremises, ...] = Field(max_length=500)

    def key(self) -> str:
        return self.part_id


class LocationWithdrawn(Event):
    """A person took back where they had placed a visit: its address is not settled, and it waits for a person again.

    Keyed by the premises it had been placed on; `premises_id` is that one, a flat's own if it was a flat's. Carries the
    open visit along, so that its dangers can be shown again as standing on no record.
    """

    topic: ClassVar[str] = "premises.location-withdrawn"

    visit_id: str
    premises_id: str
    withdrawn_by: str
    received_at: AwareDatetime
    visit: OpenVisit

    def key(self) -> str:
        return self.premises_id
