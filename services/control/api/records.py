"""The one-screen record as JSON, now or as it was, and the codes behind it."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime, StringConstraints

from schemas.visit_parts import NO_NUL, Contact, Moment, Part
from services.control.api.readers import CODE_READERS, LONGEST_PURPOSE, READERS, SHORTEST_PURPOSE, by
from services.control.api.screens import Screens
from services.control.handlers.keeping import Readings
from services.control.handlers.needs import read_needs
from services.control.handlers.reading import Codes, look_up, reveal_codes
from services.control.presenters.needs import needs_shown
from services.control.presenters.parts import ScreenRecord
from services.control.presenters.record import present
from services.shared.errors import FieldReason, Refused
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.asked import Id

NOTHING_SHOWN_WORDS: dict[str, Any] = {
    "x-problem-types": ["nothing-held"],
    "description": "Nothing is shown: `type` is `urn:ravi:problem:nothing-held` where the premises is known, "
    "`urn:ravi:problem:not-found` where it is not. Neither says that there is no risk.",
}
CANNOT_OPEN = "the code and contacts cannot be opened: ring the central risk team"
Purpose = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=SHORTEST_PURPOSE, max_length=LONGEST_PURPOSE, pattern=NO_NUL),
]


class RevealCodes(Part):
    """Why somebody needs the codes: kept for good with their name."""

    purpose: Purpose


class ReportedCodes(Part):
    """The entry code and contacts that a crew gave in a report nobody has reviewed; not `opened`: they cannot be."""

    callsign: str
    seen_at: AwareDatetime
    visit_id: str
    unit_ref: str | None
    opened: bool
    entry_code: str | None
    contacts: tuple[Contact, ...]


class RevealedCodes(Part):
    """The published entry code and contacts, then those of each crew's report; `held` is false where there are none.

    `opened` is false where published ones are held and cannot be opened.
    """

    premises_id: str
    held: bool
    opened: bool
    entry_code: str | None
    contacts: tuple[Contact, ...]
    reported: tuple[ReportedCodes, ...]
    revealed_at: AwareDatetime


def revealed(premises_id: str, codes: tuple[Codes, ...], at: datetime) -> RevealedCodes:
    """Return codes as they are answered; raises `Refused` if some are held and none can be opened."""
    if codes and all(each.details is None for each in codes):
        raise Refused(CANNOT_OPEN, status=409)
    published = next((each for each in codes if each.report is None), None)
    details = published.details if published else None
    return RevealedCodes(
        premises_id=premises_id,
        held=bool(codes),
        opened=published is None or details is not None,
        entry_code=details.entry_code if details else None,
        contacts=details.contacts if details else (),
        reported=tuple(
            ReportedCodes(
                callsign=each.report.callsign,
                seen_at=each.report.seen_at,
                visit_id=each.report.visit_id,
                unit_ref=each.report.unit_ref,
                opened=each.details is not None,
                entry_code=each.details.entry_code if each.details else None,
                contacts=each.details.contacts if each.details else (),
            )
            for each in codes
            if each.report is not None
        ),
        revealed_at=at,
    )


def refuse_the_future(as_of: datetime | None, now: datetime) -> None:
    """Refuse to tell what will be shown at a time to come."""
    if as_of is not None and as_of > now:
        raise Refused("nobody knows what will be shown", (FieldReason("/as_of", "give a time in the past"),))


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
        now = tools.clock.now()
        refuse_the_future(as_of, now)
        ready = await screens.look_up(request, premises_id, person) if as_of is None else None
        if ready is not None:
            return ready
        async with readings.kept(person, by(person, request)) as access:
            shown = await look_up(premises_id, access, as_of=as_of)
            needs = await read_needs(shown.record, access, tools.vault, as_of)
        helped = needs_shown(needs.needs, withdrawn=needs.withdrawn)
        screen = present(shown.record, shown.shown_at, as_of or now, helped)
        return Response(screen.model_dump_json(), media_type="application/json")

    @router.post("/{premises_id}/codes/reveal")
    async def reveal(
        request: Request, premises_id: Id, asked: RevealCodes, person: Person = may(*CODE_READERS)
    ) -> RevealedCodes:
        """Open the entry code and the contacts; who asked and why is kept."""
        async with readings.kept(person, by(person, request)) as access:
            codes = await reveal_codes(premises_id, access, asked.purpose, tools.vault)
        return revealed(premises_id, codes, tools.clock.now())

    return router
