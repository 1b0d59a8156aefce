"""What of the visits one may read: one visit with its story, one's own, one's station's."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.sensitive import Sealed
from schemas.vocabulary import Role
from services.domain.working_time import local_date
from services.shared.errors import NotFound
from services.shared.identity import Person
from services.shared.paging import Listed
from services.visits.presenters.asked import AskedVisits, asked_visits
from services.visits.presenters.stories import VisitChanges, change_of
from services.visits.rules.amending import is_author, may_amend
from services.visits.rules.authors import Author
from services.visits.rules.media import Medium, is_a_picture, may_be_shown
from services.visits.rules.readers import may_read_story
from services.visits.rules.story import ReceivedVisit
from services.visits.rules.tablets import NO_SUCH_TABLET, Tablet, is_kept_by, stations_kept_by
from services.visits.store.asks import list_asked
from services.visits.store.media import find_medium
from services.visits.store.tablets import find_tablet, list_tablets
from services.visits.store.visits import find_private, find_visit, list_changes, list_visits_at, list_visits_of

NO_SUCH_FILE = "there is no such photograph or plan, or it is not to be shown"
NOT_TO_AMEND = "there is no such visit, or it is not yours to amend"
NO_SUCH_VISIT = "there is no such visit, or it is not yours to read"


class Whose(StrEnum):
    """Whose visits are listed."""

    MINE = "mine"
    STATION = "station"


@dataclass(frozen=True)
class ListedVisits:
    """A list of visits as one person may see it: the newest of so many, and whether they may see their station's."""

    visits: tuple[ReceivedVisit, ...]
    total: int
    whose: Whose
    station: str | None


async def read_visit(visit_id: str, reader: Person, session: AsyncSession) -> ReceivedVisit:
    """Return a visit that somebody may read; raises `NotFound` for one that is not there or not for them."""
    visit = await find_visit(session, visit_id.lower())
    if visit is None or not may_read_story(
        reader=reader.name,
        roles=reader.roles,
        reader_station=reader.station,
        people=visit.people,
        visit_station=visit.station,
    ):
        raise NotFound(NO_SUCH_VISIT)
    return visit


async def read_medium(visit_id: str, sha256: str, session: AsyncSession, *, small: bool = False) -> Medium:
    """Return a file that may be shown; raises `NotFound` for one that is not there, not ready, or shows people.

    `small` asks for one that is a picture.
    """
    medium = await find_medium(session, visit_id, sha256)
    if medium is None or not may_be_shown(medium) or (small and not is_a_picture(medium.mime)):
        raise NotFound(NO_SUCH_FILE)
    return medium


@dataclass(frozen=True)
class GivenBack:
    """A visit as it is given back to be amended; `private` is what its author sealed, None for anybody else."""

    visit: ReceivedVisit
    private: Sealed | None


async def given_back(visit_id: str, reader: Person, session: AsyncSession) -> GivenBack:
    """Return a visit that somebody may amend; raises `NotFound` for one that is not there or not theirs."""
    visit = await find_visit(session, visit_id.lower())
    author = Author(reader.name, reader.station, reader.watch, reader.roles)
    if visit is None or not may_amend(author, visit):
        raise NotFound(NOT_TO_AMEND)
    is_theirs = is_author(reader.name, visit)
    return GivenBack(visit, await find_private(session, visit) if is_theirs else None)


async def changes_for(reader: Person, since: str | None, session: AsyncSession) -> VisitChanges:
    """Return what became of somebody's own visits, those of which something is new since a cursor."""
    found = await list_changes(session, reader.name, since)
    return VisitChanges(cursor=found.cursor, total=found.total, visits=tuple(map(change_of, found.visits)))


async def asked_of(reader: Person, now: datetime, session: AsyncSession) -> AskedVisits:
    """Return the visits that somebody's own station is asked for; none where their sign-in names no station."""
    asked = await list_asked(session, reader.station) if reader.station else []
    return asked_visits(reader.station, asked, local_date(now))


async def visits_for(reader: Person, asked: Whose | None, session: AsyncSession) -> ListedVisits:
    """Return the visits that somebody asks for: their own, or those of the station that they are in charge of.

    An officer in charge who asks for neither sees the station's; nobody else sees more than their own.
    """
    station = reader.station if reader.has(Role.OFFICER_IN_CHARGE) else None
    whose = (asked or Whose.STATION) if station else Whose.MINE
    found = await (
        list_visits_at(session, station) if station and whose is Whose.STATION else list_visits_of(session, reader.name)
    )
    return ListedVisits(found.visits, found.total, whose, station)


async def tablets_for(reader: Person, words: str, number: int, session: AsyncSession) -> Listed[Tablet]:
    """Return a page of the tablets that somebody looks after, whose names begin so or whose station this is."""
    return await list_tablets(session, stations_kept_by(reader.roles, reader.station), words, number)


async def read_tablet(tablet_id: str, reader: Person, session: AsyncSession) -> Tablet:
    """Return a tablet that somebody looks after; raises `NotFound` for one that is not there or not theirs."""
    tablet = await find_tablet(session, tablet_id)
    if tablet is None or not is_kept_by(tablet, reader.roles, reader.station):
        raise NotFound(NO_SUCH_TABLET)
    return tablet


async def known_tablet(tablet_id: str, session: AsyncSession) -> Tablet | None:
    """Return what is known of a tablet that asks, whoever asks by it; None of one that is not known yet."""
    return await find_tablet(session, tablet_id)
