"""What somebody sees of a danger whose address nobody has settled."""

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.location_words import location_reason_words
from services.control.presenters.unsettled import UnsettledDanger, says
from services.control.rules.places import grid_reference
from services.control.store.unsettled import find_unsettled
from services.control.views.nothing_held import list_neighbours
from services.shared.errors import NotFound

NEAREST = 5
# With these reasons the candidates are the nearest in words, and probably none of them is meant.
HARDLY_LIKE_IT = frozenset({"nothing-like-it", "probably-missing"})
NO_DANGER = "no danger of this visit waits for an address: search by the address itself"


async def unsettled_of(session: AsyncSession, visit_id: str) -> UnsettledDanger:
    """Return the danger of a visit, or where it stands by now; raises `NotFound` if it has none."""
    kept = await find_unsettled(session, visit_id)
    if kept is None:
        raise NotFound(NO_DANGER)
    known = kept.told
    return UnsettledDanger(
        visit_id=visit_id,
        on_record=None if kept.is_open else kept.building_id,
        written=known.written,
        dangers=known.dangers,
        callsign=known.callsign,
        ground=known.ground,
        reported_at=kept.reported_at,
        grid_reference=grid_reference(known.place.easting, known.place.northing) if known.place else "",
        why=location_reason_words(known.reason) if known.reason else "",
        building_id=kept.building_id,
        building=known.address,
        candidates=known.candidates,
        may_be_one=known.reason not in HARDLY_LIKE_IT,
        says=says(known.facts),
        nearest=await list_neighbours(known.place, NEAREST, session) if known.place else (),
    )
