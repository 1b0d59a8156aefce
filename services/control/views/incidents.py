"""An incident as one person may see it, and the lists of incidents: the same value for the screen and for machines."""

from collections.abc import Sequence
from datetime import date
from functools import partial

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.risk_register import TemporaryRiskShown
from services.control.handlers.incidents import IncidentRead, OpenIncident, read_incident
from services.control.handlers.keeping import Access
from services.control.handlers.needs import read_needs
from services.control.presenters.incidents import (
    IncidentLine,
    IncidentScreen,
    PlaceShown,
    RecordNear,
    address_shown,
    temporary_near,
    written_as,
)
from services.control.presenters.needs import needs_shown
from services.control.presenters.record import present
from services.control.presenters.results import Result, title
from services.control.rules.incidents import AROUND_M, Given, KnownAddress, check_address
from services.control.rules.places import grid_reference
from services.control.store.connections import Connections
from services.control.store.incidents import Around, ListedIncident, count_incidents, list_by_danger, list_incidents
from services.control.views.finding import find, one_meant
from services.control.views.surroundings import surroundings_of
from services.shared.paging import Listed, Page, page_of
from services.shared.secrets import Vault
from services.shared.web.words import as_date

MOST_AROUND = 25
MOST_CANDIDATES = 8
ON_THE_FRONT_PAGE = 5


async def asked_for(incident_no: str, given: Given, callsigns: Sequence[str], connections: Connections) -> OpenIncident:
    """Return what is to be done to open an incident: with the premises that its written address means beyond doubt."""
    meant = None
    if given.written and not given.premises_id:
        meant = one_meant(await connections.ask(partial(find, given.written, MOST_CANDIDATES)))
    return OpenIncident(incident_no, given, tuple(dict.fromkeys(callsigns)), meant)


async def incident_screen(incident_no: str, access: Access, vault: Vault, connections: Connections) -> IncidentScreen:
    """Return an incident with the record and what is around; that the record was read is kept."""
    read = await read_incident(incident_no, access)
    incident, now = read.incident, access.work.now
    record, where = None, _where(read)
    if read.shown is not None:
        needs = await read_needs(read.shown.record, access, vault)
        helped = needs_shown(needs.needs, now, withdrawn=needs.withdrawn)
        record = present(read.shown.record, read.shown.shown_at, now, helped)
    candidates: tuple[Result, ...] = ()
    if incident.premises_id is None and incident.given.written:
        candidates = (await connections.ask(partial(find, incident.given.written, MOST_CANDIDATES))).results
    around: list[Around] = []
    total, surroundings = 0, None
    if where is not None:
        at = (where.easting, where.northing)
        surroundings = await surroundings_of(access.work, *at, access.person, as_date(now))
        around, total = await list_by_danger(access.work, at, AROUND_M, MOST_AROUND, incident.premises_id or "")
    known = _known(read)
    return IncidentScreen(
        **{name: value for name, value in vars(incident).items() if name in IncidentScreen.model_fields},
        is_open=incident.is_open,
        title=title(known.name, known.address, known.postcode) if known else written_as(incident.given),
        address=address_shown(check_address(incident.given, known)),
        place=where,
        record=record,
        candidates=candidates,
        around=tuple(_near(each, as_date(now)) for each in around),
        around_total=total,
        radius_m=AROUND_M,
        surroundings=surroundings,
    )


async def incidents_of(session: AsyncSession, number: int, *, are_open: bool) -> Listed[IncidentLine]:
    """Return a page of the open incidents, or of the closed ones, the newest first."""
    counts = await count_incidents(session)
    page = page_of(number, counts[0] if are_open else counts[1])
    lines = await list_incidents(session, page.size, page.offset, are_open=are_open)
    return Listed(page, [_line(each) for each in lines])


async def incidents_in_front(session: AsyncSession) -> Listed[IncidentLine]:
    """Return the newest of the open incidents, for the front page, and how many are open."""
    are_open, _ = await count_incidents(session)
    lines = await list_incidents(session, ON_THE_FRONT_PAGE, are_open=True) if are_open else ()
    return Listed(Page(1, are_open, ON_THE_FRONT_PAGE), [_line(each) for each in lines])


def _line(listed: ListedIncident) -> IncidentLine:
    one = listed.incident
    return IncidentLine(
        incident_no=one.incident_no,
        title=title(listed.name, listed.address, listed.postcode) if one.premises_id else written_as(one.given),
        level=listed.level,
        base_level=listed.base_level,
        level_if_published=listed.level_if_published,
        callsigns=one.callsigns,
        opened_at=one.opened_at,
        closed_at=one.closed_at,
    )


def _near(near: Around, today: date) -> RecordNear:
    return RecordNear(
        premises_id=near.premises_id,
        title=title(near.name, near.address, near.postcode),
        level=near.level,
        base_level=near.base_level,
        level_if_published=near.level_if_published,
        unverified=near.unverified,
        danger=near.danger,
        temporary=temporary_near([TemporaryRiskShown.model_validate(each) for each in near.temporary], today),
        easting=near.easting,
        northing=near.northing,
        distance_m=round(near.distance_m, 1),
    )


def _known(read: IncidentRead) -> KnownAddress | None:
    place = read.place
    if place is not None:
        return KnownAddress(
            place.premises_id,
            place.name,
            place.address,
            place.postcode,
            place.known_as,
            place.easting,
            place.northing,
        )
    if read.shown is None:
        return None
    premises = read.shown.record.premises
    return KnownAddress(
        premises.premises_id,
        premises.name,
        premises.address,
        premises.postcode,
        "",
        premises.place.easting,
        premises.place.northing,
    )


def _where(read: IncidentRead) -> PlaceShown | None:
    """Return where the incident is: the premises where they are settled, else the point that was given."""
    known, given = _known(read), read.incident.given
    if known is not None and known.easting is not None and known.northing is not None:
        return _place(known.easting, known.northing, "the premises")
    if given.easting is not None and given.northing is not None:
        return _place(given.easting, given.northing, "the point given")
    return None


def _place(easting: float, northing: float, taken_from: str) -> PlaceShown:
    return PlaceShown(
        easting=easting, northing=northing, grid_reference=grid_reference(easting, northing), taken_from=taken_from
    )
