"""Let somebody read a visit: its author, its station, the risk team; to everybody else there is none."""

from sqlmodel.ext.asyncio.session import AsyncSession

from services.shared.errors import NotFound
from services.shared.identity import Person
from services.visits.rules.readers import may_read_story
from services.visits.rules.story import ReceivedVisit
from services.visits.store import find_visit

NO_SUCH_VISIT = "there is no such visit, or it is not yours to read"


async def read_visit(visit_id: str, reader: Person, session: AsyncSession) -> ReceivedVisit:
    """Return a visit that somebody may read; raises `NotFound` for one that is not there or not for them."""
    visit = await find_visit(session, visit_id.lower())
    if visit is None or not may_read_story(
        reader=reader.name,
        roles=reader.roles,
        reader_station=reader.station,
        author=visit.submitted_by,
        visit_station=visit.station,
    ):
        raise NotFound(NO_SUCH_VISIT)
    return visit
