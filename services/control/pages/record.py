"""Control's screen of one record, now and as it was, and how a change is reported."""

from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from schemas.visit_parts import Moment
from services.control.handlers.keeping import Readings
from services.control.handlers.needs import read_needs
from services.control.handlers.reading import LIVE, NOTHING_SHOWN, NothingHeld, look_up
from services.control.pages.assets import pages, part
from services.control.pages.nothing_held import nothing_held_page
from services.control.presenters.needs import needs_shown
from services.control.presenters.record import present
from services.control.rules.rights import ASKED_AFTER_INCIDENTS, CODE_READERS, ENTERERS, READERS, VISITORS, WITHDRAWERS
from services.control.rules.watches import Watches
from services.control.store.shown import list_revisions
from services.control.views.media import media_of
from services.control.views.names import name_of
from services.control.views.surroundings import surroundings_of
from services.control.views.to_read import owed_of_record
from services.shared.errors import NotFound
from services.shared.event_log import last_position
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.acting import cause_of
from services.shared.web.asked import Id
from services.shared.web.words import as_date

Sources = Annotated[Literal["", "all"], Query()]


def record_pages(tools: Tools, readings: Readings, watches: Watches) -> APIRouter:
    """Return the routes of a record's pages."""
    router = APIRouter(prefix="/control/premises", include_in_schema=False)

    @router.get("/{premises_id}")
    async def record_page(
        request: Request,
        premises_id: Id,
        as_of: Annotated[Moment | None, Query()] = None,
        sources: Sources = "",
        person: Person = may(*READERS),
    ) -> Response:
        """Show the one-screen record, now or as it was shown at a time, with the sources of every fact if asked."""
        async with readings.kept(person, cause_of("control", person, request)) as access:
            position = await last_position(access.work)
            try:
                shown = await look_up(premises_id, access, as_of=as_of)
            except NothingHeld:
                return await nothing_held_page(request, premises_id, access.work, position, person)
            needs = await read_needs(shown.record, access, tools.vault, as_of)
            media = await media_of(shown.record, access.work, as_of)
            asked = None if as_of else await owed_of_record(access.work, person, watches, premises_id)
            place = shown.record.premises.place
            # What lies around is known as it is now alone.
            around = None
            if as_of is None:
                today = as_date(access.work.now)
                around = await surroundings_of(access.work, place.easting, place.northing, person, today)
        at = as_of or tools.clock.now()
        helped = needs_shown(needs.needs, at, withdrawn=needs.withdrawn)
        record = present(shown.record, shown.shown_at, at, helped)
        return pages.render(
            request,
            "control/record.html",
            record=record,
            as_of=as_of,
            position=position,
            all_sources=bool(sources),
            may_reveal=person.has(*CODE_READERS),
            may_withdraw=person.has(*WITHDRAWERS),
            may_debrief=person.has(*ASKED_AFTER_INCIDENTS),
            may_enter=person.has(*ENTERERS),
            needs_edition=needs.edition,
            media=len(media),
            to_read=asked,
            around=around,
        )

    @router.get("/{premises_id}/screen")
    async def screen_alone(
        request: Request, premises_id: Id, sources: Sources = "", person: Person = may(*READERS)
    ) -> HTMLResponse:
        """Give the record alone, when it has changed on an open page."""
        async with readings.kept(person, cause_of("control", person, request)) as access:
            shown = await look_up(premises_id, access, purpose=LIVE)
            needs = await read_needs(shown.record, access, tools.vault)
            media = await media_of(shown.record, access.work)
            place, today = shown.record.premises.place, as_date(access.work.now)
            around = await surroundings_of(access.work, place.easting, place.northing, person, today)
        now = tools.clock.now()
        helped = needs_shown(needs.needs, now, withdrawn=needs.withdrawn)
        record = present(shown.record, shown.shown_at, now, helped)
        rights = {
            "may_reveal": person.has(*CODE_READERS),
            "may_withdraw": person.has(*WITHDRAWERS),
            "may_debrief": person.has(*ASKED_AFTER_INCIDENTS),
            "may_enter": person.has(*ENTERERS),
        }
        known = {
            "record": record,
            "as_of": None,
            "all_sources": bool(sources),
            "needs_edition": needs.edition,
            "media": len(media),
            "around": around,
            **rights,
        }
        return part(pages.fragment("control/screen.html", now=now, **known))

    @router.get("/{premises_id}/history")
    async def history(request: Request, premises_id: Id, person: Person = may(*READERS)) -> Response:
        """List every revision that was shown, and since when."""
        async with tools.database.reading() as session:
            revisions, total = await list_revisions(session, premises_id)
            name = await name_of(session, premises_id)
        if not revisions:
            raise NotFound(NOTHING_SHOWN)
        return pages.render(
            request, "control/history.html", premises_id=premises_id, name=name, revisions=revisions, total=total
        )

    @router.get("/{premises_id}/report")
    async def report(request: Request, premises_id: Id, person: Person = may(*READERS)) -> Response:
        """Send a crew to the form of a visit, and tell everybody else how a record is put right."""
        if person.has(*VISITORS):
            return RedirectResponse(f"/device#premises={quote(premises_id, safe='')}", 303)
        async with tools.database.reading() as session:
            name = await name_of(session, premises_id)
        return pages.render(request, "control/report.html", premises_id=premises_id, name=name)

    return router
