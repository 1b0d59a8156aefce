"""What of the visits one may read: one visit with its story, one's own, one's station's."""

from dataclasses import dataclass
from enum import StrEnum

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.vocabulary import Role
from services.shared.errors import NotFound
from services.shared.identity import Person
from services.visits.rules.media import Medium, is_a_picture, may_be_shown
from services.visits.rules.readers import may_read_story
from services.visits.rules.story import ReceivedVisit
from services.visits.store.media import find_medium
from services.visits.store.visits import find_visit, list_visits_at, list_visits_of

NO_SUCH_FILE = "there is no such photograph or plan, or it is not to be shown"
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
