"""The page of a premises that is known and of which nothing is held."""

from fastapi import Request
from fastapi.responses import HTMLResponse

from services.control.pages.assets import pages
from services.control.rules.rights import ASKED_AFTER_INCIDENTS
from services.control.views.nothing_held import nothing_held_of
from services.control.views.surroundings import surroundings_of
from services.shared.identity import Person
from services.shared.transactions import Work
from services.shared.web.words import as_date


async def nothing_held_page(
    request: Request, premises_id: str, work: Work, position: int, person: Person
) -> HTMLResponse:
    """Return the page: it says that nothing is held, where the premises is, and which records are nearest to it."""
    place = await nothing_held_of(work, premises_id)
    around = None
    if place.easting is not None and place.northing is not None:
        around = await surroundings_of(work, place.easting, place.northing, person, as_date(work.now))
    may_debrief = person.has(*ASKED_AFTER_INCIDENTS)
    return pages.render(
        request,
        "control/nothing_held.html",
        place=place,
        around=around,
        position=position,
        may_debrief=may_debrief,
    )
