"""Referrals for machines: a desk's own list, and what a desk may do with one referral."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from schemas.visit_parts import Line, Moment, Part, Text
from schemas.vocabulary import ReferralKind, Role, Stream
from services.referrals.handlers import alarms, commands
from services.referrals.handlers.commands import Command
from services.referrals.presenters.lists import as_json
from services.referrals.presenters.moments import uk_moment
from services.referrals.rules.kinds import KINDS
from services.referrals.rules.outcomes import Outcome
from services.referrals.rules.records import Filed
from services.referrals.rules.rights import READERS, WORKERS
from services.referrals.views.alarms import Alarm, alarms_now
from services.referrals.views.desk import one_page
from services.shared.identity import Person, may
from services.shared.paging import PAGE_SIZE
from services.shared.secrets import Vault
from services.shared.service import Tools
from services.shared.transactions import Work
from services.shared.web.acting import acting
from services.shared.web.paging import PageNumber

Json = dict[str, Any]


class Seen(Part):
    """The version of the referral that whoever acts has seen."""

    version: int = Field(ge=1)


class WithReason(Seen):
    reason: Text


class WithOutcome(Seen):
    outcome: Outcome
    words: Text = ""


class SentOn(WithReason):
    kind: ReferralKind


class Spoken(Seen):
    spoken_to: Line
    at: Moment


class Rung(Part):
    """Whom control spoke to because of an alarm. `at` without an offset is by UK clocks."""

    spoken_to: str = Field(default="", max_length=500)
    at: str = Field(default="", max_length=40)
    incident_number: str = Field(default="", max_length=100)


class OpenAlarms(Part):
    """The alarms that stand, the most pressing first; `total` counts those beyond the longest list too."""

    alarms: tuple[Alarm, ...]
    total: int


def alarms_api(tools: Tools) -> APIRouter:
    """Return the routes of the alarms under /api/v1, for control rooms' own systems."""
    router = APIRouter(prefix="/api/v1/referrals/alarms", tags=["alarms"])

    @router.get("")
    async def get_alarms(response: Response, person: Person = may(Role.CONTROL)) -> OpenAlarms:
        """List the alarms that stand before control. Ask again every few seconds; no answer never means no alarm."""
        response.headers["Cache-Control"] = "no-store"
        async with tools.database.reading() as session:
            found = await alarms_now(session, tools.clock.now())
        return OpenAlarms(alarms=found.shown, total=found.total)

    @router.post("/{alarm_id}/heard", status_code=204)
    async def hear(request: Request, alarm_id: UUID, person: Person = may(Role.CONTROL)) -> None:
        """Note that somebody heard an alarm: its sound stops until the next half-interval, and no clock."""
        async with acting("referrals", tools, person, request) as work:
            await alarms.hear(alarm_id, person, work)

    @router.post("/{alarm_id}/contact", status_code=204)
    async def contact_of_alarm(
        request: Request, alarm_id: UUID, body: Rung, person: Person = may(Role.CONTROL)
    ) -> None:
        """Record whom control spoke to, and the incident number; the alarm ends everywhere."""
        recorded = alarms.Contact(alarm_id, person, body.spoken_to, uk_moment(body.at), body.incident_number)
        async with acting("referrals", tools, person, request) as work:
            await alarms.record_contact(recorded, work, tools.vault)

    return router


async def _done(
    tools: Tools, request: Request, act: Callable[[Command, Work, Vault], Awaitable[Filed]], command: Command
) -> Json:
    async with acting("referrals", tools, command.person, request) as work:
        return as_json(await act(command, work, tools.vault))


def referrals_api(tools: Tools) -> APIRouter:
    """Return the routes of referrals under /api/v1."""
    router = APIRouter(prefix="/api/v1/referrals", tags=["referrals"])

    done = partial(_done, tools)

    @router.get("")
    async def get_referrals(
        number: PageNumber = 1,
        stream: Stream | None = None,
        finished: bool = False,
        limit: Annotated[int, Query(ge=1, le=200, description="how many a page")] = PAGE_SIZE,
        person: Person = may(*READERS),
    ) -> Json:
        """List what one may read, the most urgent first, a page at a time; of other desks nothing, as if empty."""
        wanted = frozenset(kind for kind, line in KINDS.items() if stream is None or line.stream is stream)
        async with tools.database.reading() as session:
            listed = await one_page(person, wanted, session, finished=finished, number=number, size=limit)
        return {
            "referrals": [as_json(filed) for filed in listed.lines],
            "total": listed.page.total,
            "page": listed.page.number,
            "pages": listed.page.last,
            "shown": listed.page.words,
        }

    @router.post("/{referral_id}/acknowledge")
    async def acknowledge(request: Request, referral_id: UUID, body: Seen, person: Person = may(*WORKERS)) -> Json:
        """Take a referral in hand."""
        return await done(request, commands.acknowledge, Command(referral_id, body.version, person))

    @router.post("/{referral_id}/accept")
    async def accept(request: Request, referral_id: UUID, body: Seen, person: Person = may(*WORKERS)) -> Json:
        """Take a referral on as this desk's work."""
        return await done(request, commands.accept, Command(referral_id, body.version, person))

    @router.post("/{referral_id}/contact")
    async def contact(request: Request, referral_id: UUID, body: Spoken, person: Person = may(*WORKERS)) -> Json:
        """Record who was spoken to, and when."""
        return await done(
            request, commands.contact, Command(referral_id, body.version, person, body.spoken_to, at=body.at)
        )

    return router


def endings_api(tools: Tools) -> APIRouter:
    """Return the routes by which a desk is done with a referral, or begins with it again."""
    router = APIRouter(prefix="/api/v1/referrals", tags=["referrals"])
    done = partial(_done, tools)

    @router.post("/{referral_id}/reject")
    async def reject(request: Request, referral_id: UUID, body: WithReason, person: Person = may(*WORKERS)) -> Json:
        """Say that a referral is not for this desk, and why."""
        return await done(request, commands.reject, Command(referral_id, body.version, person, body.reason))

    @router.post("/{referral_id}/reroute")
    async def reroute(request: Request, referral_id: UUID, body: SentOn, person: Person = may(*WORKERS)) -> Json:
        """Send a rejected referral on as what it should have been."""
        return await done(
            request, commands.reroute, Command(referral_id, body.version, person, body.reason, kind=body.kind)
        )

    @router.post("/{referral_id}/close")
    async def close(request: Request, referral_id: UUID, body: WithOutcome, person: Person = may(*WORKERS)) -> Json:
        """Finish a referral with its outcome; what is sealed only by somebody who has read it on its page."""
        return await done(
            request, commands.close, Command(referral_id, body.version, person, body.words, outcome=body.outcome)
        )

    @router.post("/{referral_id}/cancel")
    async def cancel(request: Request, referral_id: UUID, body: WithReason, person: Person = may(*WORKERS)) -> Json:
        """End a referral that should not have been raised; what is sealed only by somebody who has read it."""
        return await done(request, commands.cancel, Command(referral_id, body.version, person, body.reason))

    @router.post("/{referral_id}/reopen")
    async def reopen(request: Request, referral_id: UUID, body: WithReason, person: Person = may(*WORKERS)) -> Json:
        """Open a closed referral again, and say why."""
        return await done(request, commands.reopen, Command(referral_id, body.version, person, body.reason))

    return router
