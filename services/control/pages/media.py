"""The photographs, plans and scans of a record, on a page of their own that a keyboard or a glove can work."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from schemas.visit_parts import Moment
from services.control.handlers.keeping import Readings
from services.control.handlers.reading import look_up
from services.control.pages.assets import pages
from services.control.presenters.media import media_shown, one_of
from services.control.rules.rights import READERS
from services.control.views.media import media_of
from services.domain.media import plans_in
from services.shared.errors import NotFound
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.acting import cause_of
from services.shared.web.asked import Hash, Id

NO_SUCH_PICTURE = "this record has no such picture now: go back to the record"
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
        async with readings.kept(person, cause_of("control", person, request)) as access:
            shown = await look_up(premises_id, access, as_of=as_of, purpose=PURPOSE)
            media = await media_of(shown.record, access.work, as_of)
        return pages.render(
            request,
            "control/media.html",
            premises=shown.record.premises,
            media=media_shown(shown.record, media),
            plans=plans_in(media),
            as_of=as_of,
        )

    @router.get("/{premises_id}/media/{visit_id}/{sha256}")
    async def picture_page(
        request: Request,
        premises_id: Id,
        visit_id: Id,
        sha256: Hash,
        as_of: Annotated[Moment | None, Query()] = None,
        person: Person = may(*READERS),
    ) -> Response:
        """Show one picture as large as the screen, with the one before and the one after it."""
        async with readings.kept(person, cause_of("control", person, request)) as access:
            shown = await look_up(premises_id, access, as_of=as_of, purpose=f"{PURPOSE}: one picture")
            media = await media_of(shown.record, access.work, as_of)
        one = one_of(media_shown(shown.record, media), visit_id, sha256)
        if one is None:
            raise NotFound(NO_SUCH_PICTURE)
        return pages.render(request, "control/picture.html", premises=shown.record.premises, one=one, as_of=as_of)

    return router
