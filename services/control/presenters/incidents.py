"""What an incident's screen shows: the two addresses side by side, the record, and what is around, by danger."""

from collections.abc import Sequence
from datetime import date

from pydantic import AwareDatetime

from schemas.risk_register import TemporaryRiskShown
from schemas.visit_parts import Part
from services.control.presenters.results import Result, count_words
from services.control.presenters.screen import ScreenRecord
from services.control.presenters.surroundings import Surroundings
from services.control.rules.incidents import AddressCheck, AddressState, Given
from services.control.rules.places import grid_reference
from services.domain.temporary_risks import holds_words, is_past_its_end

STATE_WORDS = {
    AddressState.SAME: "The address given is the address of these premises",
    AddressState.DIFFERS: "The address given differs: check it with the caller",
    AddressState.NOT_PROVEN: "Not proven to be the right premises",
}


class TemporaryNear(Part):
    """A temporary risk that holds there, with when it holds in words."""

    what: str
    says: str
    past_its_end: bool


class RecordNear(Part):
    """A record near the incident: its level, the gravest that a crew reports of it, and how far away it is."""

    premises_id: str
    title: str
    level: int | None
    base_level: int | None
    level_if_published: int | None
    unverified: int
    danger: str | None
    temporary: tuple[TemporaryNear, ...]
    easting: float
    northing: float
    distance_m: float


class PlaceShown(Part):
    """Where the incident is: metres on EPSG:27700, a grid reference, and what that was taken from."""

    easting: float
    northing: float
    grid_reference: str
    taken_from: str


class Address(Part):
    """How the address given stands to that of the premises: a sentence, and what differs or is not proven."""

    state: AddressState
    says: str
    reasons: tuple[str, ...]


class IncidentScreen(Part):
    """An incident with everything that bears on it.

    `record` is what is shown of the premises; null with `premises_id` set means that they are known and nothing is
    held of them, which says nothing of their risk. `candidates` are the premises that the written address may mean,
    where it means no single one. `around` are the records within `radius_m` metres, the most dangerous first;
    `around_total` says how many there are. Without a place there is nothing around, and `place` is null, as are
    `surroundings`: the nearest hydrants, and the plans for its area.
    """

    incident_no: str
    is_open: bool
    opened_at: AwareDatetime
    opened_by: str
    changed_at: AwareDatetime
    changed_by: str
    closed_at: AwareDatetime | None
    callsigns: tuple[str, ...]
    given: Given
    premises_id: str | None
    title: str
    address: Address
    place: PlaceShown | None
    record: ScreenRecord | None
    candidates: tuple[Result, ...]
    around: tuple[RecordNear, ...]
    around_total: int
    radius_m: float
    surroundings: Surroundings | None

    @property
    def around_words(self) -> str:
        """Return how many of how many records around are listed."""
        return count_words(len(self.around), self.around_total)


class IncidentLine(Part):
    """One incident in a list: where it is and at what level, and who was sent."""

    incident_no: str
    title: str
    level: int | None
    base_level: int | None
    level_if_published: int | None
    callsigns: tuple[str, ...]
    opened_at: AwareDatetime
    closed_at: AwareDatetime | None


class Incidents(Part):
    """A page of incidents, the newest first, and how many there are in all."""

    incidents: tuple[IncidentLine, ...]
    total: int


def address_shown(check: AddressCheck) -> Address:
    """Return a comparison of the two addresses in words."""
    return Address(state=check.state, says=STATE_WORDS[check.state], reasons=check.reasons)


def written_as(given: Given) -> str:
    """Return what was given of a place, as one line."""
    if given.written:
        return given.written
    if given.easting is not None and given.northing is not None:
        return grid_reference(given.easting, given.northing)
    return given.premises_id or "No place was given"


def temporary_near(risks: Sequence[TemporaryRiskShown], today: date) -> tuple[TemporaryNear, ...]:
    """Return what holds there for a while, as it reads today."""
    return tuple(
        TemporaryNear(
            what=each.what,
            says=holds_words(each.starts_on, each.ends_on, today),
            past_its_end=is_past_its_end(each.ends_on, today),
        )
        for each in risks
    )
