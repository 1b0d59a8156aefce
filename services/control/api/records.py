"""The one-screen record as JSON, now or as it was, and the codes behind it."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import AwareDatetime, StringConstraints

from schemas.visit_parts import NO_NUL, Contact, Part
from services.control.api.readers import CODE_READERS, LONGEST_PURPOSE, READERS, SHORTEST_PURPOSE, by
from services.control.handlers.needs import read_needs
from services.control.handlers.reading import Codes, look_up, reveal_codes
from services.control.presenters.needs import needs_shown
from services.control.presenters.parts import ScreenRecord
from services.control.presenters.record import present
from services.shared.errors import FieldReason, Refused
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.transactions import transaction

NOTHING_SHOWN_WORDS: dict[str, Any] = {
    "description": "Nothing is shown: `type` is `urn:ravi:problem:nothing-held` where the premises is known, "
    "`urn:ravi:problem:not-found` where it is not. Neither says that there is no risk."
}
CANNOT_OPEN = "the code and contacts cannot be opened: ring the central risk team"
PremisesId = Annotated[str, Path(min_length=1, max_length=64, pattern=NO_NUL)]
Purpose = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=SHORTEST_PURPOSE, max_length=LONGEST_PURPOSE, pattern=NO_NUL),
]


class RevealCodes(Part):
    """Why somebody needs the codes: kept for good with their name."""

    purpose: Purpose


class RevealedCodes(Part):
    """The entry code and the contacts; `held` is false where no crew has given any."""

    premises_id: str
    held: bool
    entry_code: str | None
    contacts: tuple[Contact, ...]
    revealed_at: AwareDatetime


def revealed(premises_id: str, codes: Codes, at: datetime) -> RevealedCodes:
    """Return codes as they are answered; raises `Refused` if they are held and cannot be opened."""
    if codes.held and codes.details is None:
        raise Refused(CANNOT_OPEN, status=409)
    details = codes.details
    return RevealedCodes(
        premises_id=premises_id,
        held=codes.held,
        entry_code=details.entry_code if details else None,
        contacts=details.contacts if details else (),
        revealed_at=at,
    )


def records_router(tools: Tools) -> APIRouter:
    """Return the routes of records."""
    router = APIRouter(prefix="/api/v1/control/premises", tags=["control"])

    @router.get("/{premises_id}", responses={404: NOTHING_SHOWN_WORDS})
    async def get_record(
        request: Request,
        premises_id: PremisesId,
        as_of: Annotated[AwareDatetime | None, Query(description="what was shown at this time")] = None,
        person: Person = may(*READERS),
    ) -> ScreenRecord:
        """Return what is shown of a premises, or was at a time; every fact nobody has told us is null and listed."""
        now = tools.clock.now()
        if as_of is not None and as_of > now:
            raise Refused("nobody knows what will be shown", (FieldReason("/as_of", "give a time in the past"),))
        async with transaction(tools.database, tools.clock, by(person, request)) as session:
            shown = await look_up(premises_id, person, session, as_of=as_of)
            needs = await read_needs(shown.record, person, tools.vault, session, as_of)
        helped = needs_shown(needs.needs, withdrawn=needs.withdrawn)
        return present(shown.record, shown.shown_at, as_of or now, helped)

    @router.post("/{premises_id}/codes/reveal")
    async def reveal(
        request: Request, premises_id: PremisesId, asked: RevealCodes, person: Person = may(*CODE_READERS)
    ) -> RevealedCodes:
        """Open the entry code and the contacts; who asked and why is kept."""
        async with transaction(tools.database, tools.clock, by(person, request)) as session:
            codes = await reveal_codes(premises_id, person, asked.purpose, tools.vault, session)
        return revealed(premises_id, codes, tools.clock.now())

    return router
