"""The page of a premises that is known and of which nothing is held."""

from fastapi import Request
from fastapi.responses import HTMLResponse
from sqlmodel.ext.asyncio.session import AsyncSession

from services.control.pages.assets import pages
from services.control.rules.rights import ASKED_AFTER_INCIDENTS
from services.control.views.nothing_held import nothing_held_of
from services.shared.identity import Person


async def nothing_held_page(
    request: Request, premises_id: str, session: AsyncSession, position: int, person: Person
) -> HTMLResponse:
    """Return the page: it says that nothing is held, where the premises is, and which records are nearest to it."""
    place = await nothing_held_of(session, premises_id)
    may_debrief = person.has(*ASKED_AFTER_INCIDENTS)
    return pages.render(request, "control/nothing_held.html", place=place, position=position, may_debrief=may_debrief)
