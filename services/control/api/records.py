"""The one-screen record as JSON, now or as it was, and the codes behind it."""

import gzip
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import StringConstraints

from schemas.visit_parts import NO_NUL, Moment, Part
from services.control.handlers.keeping import Readings, reading_of
from services.control.handlers.needs import read_needs
from services.control.handlers.reading import LOOK_UP, look_up, reveal_codes
from services.control.presenters.needs import needs_shown
from services.control.presenters.record import present
from services.control.presenters.screen import ScreenRecord
from services.control.rules.reading import Channel, channel_of
from services.control.rules.rights import CODE_READERS, READERS
from services.control.views.asking import LONGEST_PURPOSE, SHORTEST_PURPOSE
from services.control.views.codes import RevealedCodes, revealed
from services.control.views.screens import Screens
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.acting import cause_of
from services.shared.web.asked import Id

NOTHING_SHOWN_WORDS: dict[str, Any] = {
    "x-problem-types": ["nothing-held"],
    "description": "Nothing is shown: `type` is `urn:ravi:problem:nothing-held` where the premises is known, "
    "`urn:ravi:problem:not-found` where it is not. Neither says that there is no risk.",
}
Purpose = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=SHORTEST_PURPOSE, max_length=LONGEST_PURPOSE, pattern=NO_NUL),
]


class RevealCodes(Part):
    """Why somebody needs the codes: kept for good with their name."""

    purpose: Purpose


def records_router(tools: Tools, readings: Readings, screens: Screens) -> APIRouter:
    """Return the routes of records."""
    router = APIRouter(prefix="/api/v1/control/premises", tags=["control"])

    @router.get("/{premises_id}", response_model=ScreenRecord, responses={404: NOTHING_SHOWN_WORDS})
    async def get_record(
        request: Request,
        premises_id: Id,
        as_of: Annotated[Moment | None, Query(description="what was shown at this time")] = None,
        person: Person = may(*READERS),
    ) -> Response:
        """Return what is shown of a premises, or was at a time.

        Every fact has its key, the published value, who saw it last (`sources`), what crews report of it that nobody
        has reviewed (`reports`), and whether two of them contradict each other (`conflict`). What neither record nor
        report tells is null and listed in `unknown`.
        """
        now, cause = tools.clock.now(), cause_of("control", person, request)
        if as_of is None:
            channel = channel_of(person.roles, Channel.PROGRAMME)
            reading = reading_of(person, premises_id, 0, LOOK_UP, now, cause, channel)
            if ready := await screens.look_up(reading):
                return _as_presented(ready, request)
        async with readings.kept(person, cause, Channel.PROGRAMME) as access:
            shown = await look_up(premises_id, access, as_of=as_of)
            needs = await read_needs(shown.record, access, tools.vault, as_of)
        helped = needs_shown(needs.needs, as_of or now, withdrawn=needs.withdrawn)
        screen = present(shown.record, shown.shown_at, as_of or now, helped)
        return Response(screen.model_dump_json(), media_type="application/json")

    @router.post("/{premises_id}/codes/reveal")
    async def reveal(
        request: Request, premises_id: Id, asked: RevealCodes, person: Person = may(*CODE_READERS)
    ) -> RevealedCodes:
        """Open the entry code and the contacts; who asked and why is kept."""
        async with readings.kept(person, cause_of("control", person, request), Channel.PROGRAMME) as access:
            codes = await reveal_codes(premises_id, access, asked.purpose, tools.vault)
        return revealed(premises_id, codes, tools.clock.now())

    return router


def _as_presented(body: bytes, request: Request) -> Response:
    headers = {"Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
    else:
        body = gzip.decompress(body)
    return Response(body, media_type="application/json", headers=headers)
