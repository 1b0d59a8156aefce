"""The photographs, plans and scans of a record, on a page of their own that a keyboard or a glove can work."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from schemas.visit_parts import Moment
from services.control.handlers.keeping import Readings
from services.control.handlers.reading import look_up
from services.control.pages.assets import pages
from services.control.presenters.media import media_shown
from services.control.rules.rights import READERS
from services.control.views.asking import by
from services.control.views.media import media_of
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.asked import Id

PURPOSE = "photographs and plans"


def media_pages(tools: Tools, readings: Readings) -> APIRouter:
    """Return the route of a record's photographs and plans."""
    router = APIRouter(prefix="/control/premises", include_in_schema=False)

    @router.get("/{premises_id}/media")
    async def media_page(
        request: Request,
        premises_id: Id,
        as_of: Annotated[Moment | None, Query()] = None,
        person: Person = may(*READERS),
    ) -> Response:
        """Show the photographs and plans of a record, as it is now or was at a time, large, the newest first."""
        async with readings.kept(person, by(person, request)) as access:
            shown = await look_up(premises_id, access, as_of=as_of, purpose=PURPOSE)
            media = await media_of(shown.record, access.work, as_of)
        return pages.render(
            request,
            "control/media.html",
            premises=shown.record.premises,
            media=media_shown(shown.record, media),
            as_of=as_of,
        )

    return router
