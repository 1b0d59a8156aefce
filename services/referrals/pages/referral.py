"""One referral: its facts, what the crew wrote (opened first, where it is sealed), and what the desk may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response

from services.domain.working_time import UK
from services.referrals.handlers import reading
from services.referrals.pages import pages
from services.referrals.pages.desk import address_of
from services.referrals.pages.showing import readings_of, shown
from services.referrals.rules.desks import desks_of
from services.referrals.rules.purposes import Purpose
from services.referrals.rules.rights import READERS
from services.referrals.views.reading import get_known
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.acting import acting
from services.shared.web.notices import redirect
from services.shared.web.paging import PageNumber


@dataclass(frozen=True)
class Typed:
    """A form that comes back: what was typed and what is wrong, by field; which form it is, and the answer's status."""

    values: Mapping[str, str]
    faults: Mapping[str, str]
    action: str = ""
    status: int = 200


NOTHING_TYPED = Typed({}, {})


async def page_of(
    tools: Tools, request: Request, referral_id: UUID, person: Person, typed: Typed = NOTHING_TYPED, number: int = 1
) -> Response:
    """Return the page of a referral, with a form that could not be accepted if there is one."""
    async with acting("referrals", tools, person, request) as work:
        filed = await get_known(referral_id, person, work)
        known = await shown(filed, person, work, tools.vault, number)
    mine = next((desk for desk in desks_of(person.roles) if filed.kind in desk.kinds), None)
    return pages.render(
        request,
        "referrals/referral.html",
        status_code=typed.status,
        filed=filed,
        back=address_of(mine),
        typed=typed.values,
        unsent=typed.values.get(typed.action, "") if not known["moves"].get(typed.action, True) else "",
        faults=typed.faults,
        errors=[{"text": words, "href": f"#{field}"} for field, words in typed.faults.items()],
        now_local=tools.clock.now().astimezone(UK).strftime("%Y-%m-%dT%H:%M"),
        **known,
    )


def referral_pages(tools: Tools) -> APIRouter:
    """Return the routes to look at one referral."""
    router = APIRouter(prefix="/referrals/{referral_id}", tags=["pages"], include_in_schema=False)

    @router.get("")
    async def referral_page(
        request: Request, referral_id: UUID, number: PageNumber = 1, person: Person = may(*READERS)
    ) -> Response:
        """Show one referral, and a page of what happened to it."""
        return await page_of(tools, request, referral_id, person, number=number)

    @router.get("/readings")
    async def readings_page(
        request: Request, referral_id: UUID, number: PageNumber = 1, person: Person = may(*READERS)
    ) -> Response:
        """List who opened what is sealed, newest first."""
        async with tools.database.reading() as session:
            filed = await get_known(referral_id, person, session)
            listed = await readings_of(filed, person, session, number=number)
        return pages.render(request, "referrals/readings.html", referral_id=referral_id, listed=listed)

    @router.post("/open")
    async def open_referral(
        request: Request,
        referral_id: UUID,
        purpose: Annotated[Purpose | None, Form()] = None,
        person: Person = may(*READERS),
    ) -> Response:
        """Open what is sealed, for a purpose that is kept."""
        if purpose is None:
            unsaid = Typed({}, {"purpose": "Choose why you open it"}, status=422)
            return await page_of(tools, request, referral_id, person, unsaid)
        async with acting("referrals", tools, person, request) as work:
            await reading.open_case(referral_id, purpose, person, work)
        return redirect(request, f"/referrals/{referral_id}")

    @router.post("/shut")
    async def shut_referral(request: Request, referral_id: UUID, person: Person = may(*READERS)) -> Response:
        """Close it again before its time is up."""
        async with acting("referrals", tools, person, request) as work:
            await reading.shut_case(referral_id, person, work)
        return redirect(request, f"/referrals/{referral_id}")

    return router
