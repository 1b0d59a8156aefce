"""Which visits a crew is asked for, as its list and its tablet show them."""

from collections.abc import Iterable
from datetime import date

from schemas.risk_register import VisitAsked
from schemas.visit_parts import Part
from schemas.vocabulary import Watch
from services.domain.words import words_for

ANY_WATCH = "Any watch"


class AskedVisit(Part):
    """A visit that a station is asked for; degrees are WGS 84. `is_overdue` says that its day is past.

    After an incident it has that incident's number, and the questions that the inspection must answer.
    """

    ask_id: str
    premises_id: str
    name: str
    address: str
    postcode: str
    longitude: float
    latitude: float
    reason: str
    due_on: date
    is_overdue: bool
    station: str
    watch: Watch | None
    watch_words: str
    incident_no: str | None
    questions: tuple[str, ...]


class AskedVisits(Part):
    """The visits that a station is asked for, the first due first."""

    station: str | None
    asked: tuple[AskedVisit, ...]


def asked_visits(station: str | None, asked: Iterable[VisitAsked], today: date) -> AskedVisits:
    """Return the visits that a station is asked for, as of a day."""
    return AskedVisits(station=station, asked=tuple(_one(each, today) for each in asked))


def _one(asked: VisitAsked, today: date) -> AskedVisit:
    premises = asked.premises
    return AskedVisit(
        ask_id=asked.ask_id,
        premises_id=asked.premises_id,
        name=premises.name,
        address=premises.address,
        postcode=premises.postcode,
        longitude=premises.place.longitude,
        latitude=premises.place.latitude,
        reason=asked.reason,
        due_on=asked.due_on,
        is_overdue=asked.due_on < today,
        station=asked.station,
        watch=asked.watch,
        watch_words=f"{words_for(asked.watch)} watch" if asked.watch else ANY_WATCH,
        incident_no=asked.incident_no,
        questions=asked.questions,
    )
