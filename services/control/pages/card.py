"""The tactical card of a record: one page of A4, to be printed."""

from fastapi import APIRouter, Request, Response

from services.control.handlers.keeping import Readings
from services.control.handlers.reading import look_up
from services.control.pages.assets import pages
from services.control.presenters.card import card_of
from services.control.presenters.record import present
from services.control.rules.rights import READERS
from services.control.views.surroundings import surroundings_of
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.acting import cause_of
from services.shared.web.asked import Id
from services.shared.web.words import as_date

PURPOSE = "tactical card"


def card_pages(tools: Tools, readings: Readings) -> APIRouter:
    """Return the route of the card."""
    router = APIRouter(prefix="/control/premises", include_in_schema=False)

    @router.get("/{premises_id}/card")
    async def card_page(request: Request, premises_id: Id, person: Person = may(*READERS)) -> Response:
        """Show the record on one page of A4; that it was read for its card is kept."""
        async with readings.kept(person, cause_of("control", person, request)) as access:
            shown = await look_up(premises_id, access, purpose=PURPOSE)
            place, today = shown.record.premises.place, as_date(access.work.now)
            around = await surroundings_of(access.work, place.easting, place.northing, person, today)
        record = present(shown.record, shown.shown_at, tools.clock.now())
        return pages.render(
            request, "control/card.html", record=record, card=card_of(record, around), printed_at=tools.clock.now()
        )

    return router
