"""The persons at risk of an incident: what operators say of callers is sent here, and the board is read here."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field, StringConstraints

from schemas.visit_parts import NO_NUL, Moment, Part
from schemas.vocabulary import AtRiskField
from services.control.api.incidents import NumberInAddress
from services.control.handlers.persons_at_risk import KeepEntries, keep_entries
from services.control.presenters.persons_at_risk import BoardChanges, BoardShown
from services.control.rules.persons_at_risk import Entry
from services.control.rules.rights import BOARD_READERS, INCIDENT_KEEPERS
from services.control.views.persons_at_risk import board_shown, changes_after
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.acting import acting

MOST_SENT = 100
MOST_BASES = 50
Uuid = Annotated[
    str, StringConstraints(pattern="^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", max_length=36)
]
Value = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500, pattern=NO_NUL)]
Position = Annotated[int, Query(ge=0, le=2**31 - 1, description="the cursor of the last answer: what came after it")]


class EntrySent(Part):
    """One thing said of one caller. Names of persons are not asked for, and do not belong into it."""

    entry_id: Uuid = Field(description="made by the sender; sent again, it is the same entry")
    caller_id: Uuid = Field(description="made by whoever enters the caller first")
    field: AtRiskField
    value: Value = Field(description="empty: not known; CONTACT: a time (RFC 3339)")
    based_on: tuple[Uuid, ...] = Field(
        default=(), max_length=MOST_BASES, description="the entries whose values the author saw in its place"
    )
    said_at: Moment


class EntriesSent(Part):
    """What was said since the last time, and the cursor from which to be answered."""

    after: int = Field(default=0, ge=0, le=2**31 - 1)
    entries: list[EntrySent] = Field(min_length=1, max_length=MOST_SENT)


def persons_at_risk_router(tools: Tools) -> APIRouter:
    """Return the routes of the boards."""
    router = APIRouter(prefix="/api/v1/control/incidents", tags=["control"])

    @router.post("/{incident_no}/persons-at-risk")
    async def send(
        request: Request,
        response: Response,
        incident_no: NumberInAddress,
        sent: EntriesSent,
        person: Person = may(*INCIDENT_KEEPERS),
    ) -> BoardChanges:
        """Keep what was said, once however often it is sent, and answer with all that came since the cursor."""
        response.headers["Cache-Control"] = "no-store"
        now = tools.clock.now()
        said = [Entry(**dict(each), author=person.name, received_at=now) for each in sent.entries]
        async with acting("control", tools, person, request) as work:
            not_taken = await keep_entries(KeepEntries(incident_no, said), work)
        async with tools.database.reading() as session:
            return await changes_after(session, incident_no, sent.after, now, not_taken)

    @router.get("/{incident_no}/persons-at-risk")
    async def whole(response: Response, incident_no: NumberInAddress, _: Person = may(*BOARD_READERS)) -> BoardShown:
        """Return the board: who is not reached and longest without contact first, and the building by floor."""
        response.headers["Cache-Control"] = "no-store"
        async with tools.database.reading() as session:
            return await board_shown(session, incident_no, tools.clock.now())

    @router.get("/{incident_no}/persons-at-risk/changes")
    async def changes(
        response: Response, incident_no: NumberInAddress, after: Position = 0, _: Person = may(*BOARD_READERS)
    ) -> BoardChanges:
        """Return every entry after a cursor, as it came in; from 0 that is the whole history."""
        response.headers["Cache-Control"] = "no-store"
        async with tools.database.reading() as session:
            return await changes_after(session, incident_no, after, tools.clock.now())

    return router
