"""Safe and Well for machines: record a need, a try to reach the person, and a visit with what was fitted."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Field

from schemas.visit_parts import Moment, Text
from services.referrals.api.referrals import Seen
from services.referrals.handlers.home_visits import Given, RecordCommand, record
from services.referrals.presenters.lists import as_json
from services.referrals.rules.deadlines import Need
from services.referrals.rules.framework import Factor, Fitting, Means, Reached
from services.referrals.rules.home_faults import MOST_OF_ONE, NeedGiven, TryGiven, VisitGiven
from services.referrals.rules.home_visits import MOST_TRIES
from services.referrals.rules.records import VisitResult
from services.referrals.rules.rights import SAFE_AND_WELL_WORKERS
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.acting import acting

Count = Annotated[int, Field(ge=1, le=MOST_OF_ONE)]


class RecordedNeed(Seen):
    """How great the need is, and what it rests on; `reason` where a need is recorded already."""

    need: Need
    factors: tuple[Factor, ...] = ()
    words: Text = ""
    reason: Text = ""


class RecordedTry(Seen):
    """One try to reach the person; `number` is of the one that it corrects, from 1, with the `reason`."""

    at: Moment
    means: Means
    reached: Reached
    words: Text = ""
    number: int = Field(default=0, ge=0, le=MOST_TRIES)
    reason: Text = ""


class RecordedVisit(Seen):
    """The visit: when it is booked for or took place, what came of it, and how many of what were fitted.

    `mistake` alone, with the `reason`, takes back what is recorded.
    """

    result: VisitResult | None = None
    at: Moment | None = None
    fitted: dict[Fitting, Count] = {}
    words: Text = ""
    reason: Text = ""
    mistake: bool = False


def home_visits_api(tools: Tools) -> APIRouter:
    """Return the routes of Safe and Well under /api/v1."""
    router = APIRouter(prefix="/api/v1/referrals/{referral_id}/record", tags=["referrals"])

    async def recorded(
        request: Request, referral_id: UUID, version: int, given: Given, person: Person
    ) -> dict[str, Any]:
        async with acting("referrals", tools, person, request) as work:
            command = RecordCommand(referral_id, version, person, given)
            return as_json(await record(command, work, tools.vault))

    @router.post("/need")
    async def record_need(
        request: Request, referral_id: UUID, body: RecordedNeed, person: Person = may(*SAFE_AND_WELL_WORKERS)
    ) -> dict[str, Any]:
        """Record how great the need is; the deadline follows it."""
        given = NeedGiven(body.need, body.factors, body.words, body.reason)
        return await recorded(request, referral_id, body.version, given, person)

    @router.post("/contact")
    async def record_contact(
        request: Request, referral_id: UUID, body: RecordedTry, person: Person = may(*SAFE_AND_WELL_WORKERS)
    ) -> dict[str, Any]:
        """Record a try to reach the person, or correct one."""
        given = TryGiven(body.at, body.means, body.reached, body.words, body.number, body.reason)
        return await recorded(request, referral_id, body.version, given, person)

    @router.post("/visit")
    async def record_visit(
        request: Request, referral_id: UUID, body: RecordedVisit, person: Person = may(*SAFE_AND_WELL_WORKERS)
    ) -> dict[str, Any]:
        """Book the visit, or record what came of it and what was fitted."""
        given = VisitGiven(body.result, body.at, body.fitted, body.words, body.reason, body.mistake)
        return await recorded(request, referral_id, body.version, given, person)

    return router
