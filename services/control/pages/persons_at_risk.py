"""The persons-at-risk board of an incident as a page, and the record it ends as, with its whole history."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.control.pages.assets import pages
from services.control.pages.incidents import LIST, NumberInAddress
from services.control.presenters.persons_at_risk import FIELD_WORDS, STATUS_WORDS, value_words, where_words
from services.control.rules.persons_at_risk import LONGEST
from services.control.rules.rights import BOARD_READERS, INCIDENT_KEEPERS
from services.control.views.persons_at_risk import board_head, board_record
from services.shared.event_log import last_position
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.paging import PageNumber


def persons_at_risk_pages(tools: Tools) -> APIRouter:
    """Return the routes of the board's pages."""
    router = APIRouter(prefix=LIST, include_in_schema=False)

    @router.get("/{incident_no}/persons-at-risk")
    async def board(request: Request, incident_no: NumberInAddress, person: Person = may(*BOARD_READERS)) -> Response:
        """Show the board; what stands on it is asked for by the page, and goes on while the line is cut."""
        async with tools.database.reading() as session:
            position = await last_position(session)
            incident, title = await board_head(session, incident_no)
        return pages.render(
            request,
            "control/persons_at_risk.html",
            incident=incident,
            where=title,
            position=position,
            may_change=person.has(*INCIDENT_KEEPERS),
            words={"fields": FIELD_WORDS, "statuses": STATUS_WORDS, "longest": LONGEST},
        )

    @router.get("/{incident_no}/persons-at-risk/record")
    async def record(
        request: Request, incident_no: NumberInAddress, page: PageNumber = 1, _: Person = may(*BOARD_READERS)
    ) -> Response:
        """Show the board as it stands, or stood when the incident was closed, with its history."""
        async with tools.database.reading() as session:
            found = await board_record(session, incident_no, page)
        return pages.render(
            request,
            "control/persons_at_risk_record.html",
            record=found,
            field_words=FIELD_WORDS,
            value_words=value_words,
            where_words=where_words,
        )

    return router
