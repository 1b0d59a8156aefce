"""The alarms before control: the fragment that each of its pages shows live, the page of all, and its two forms."""

import hashlib
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Header, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from schemas.vocabulary import Role
from services.referrals.handlers.alarms import Contact, hear, record_contact
from services.referrals.pages import pages
from services.referrals.presenters.moments import uk_moment
from services.referrals.rules.rights import READERS
from services.referrals.views.alarms import EVERY_ALARM, ON_A_PAGE, Alarms, alarms_now, referral_of_reference
from services.shared.errors import Refused
from services.shared.identity import Person, may
from services.shared.service import Banner, Tools
from services.shared.web.acting import acting
from services.shared.web.notices import redirect

HERE = "/referrals/alarms"
BANNER = Banner(
    url=f"{HERE}/now",
    roles=(Role.CONTROL.value,),
    name="Alarms",
    when_lost=(
        "ring the duty fire safety officer and the safeguarding duty officer and ask what is waiting, "
        "then ring the duty engineer."
    ),
)
NO_SUCH_REFERENCE = "No referral of your desks has this reference. Ask Control to read it out again."
NEVER_KEPT = {"Cache-Control": "no-store"}


class Typed(BaseModel):
    """The form of a contact as it was filled in."""

    spoken_to: Annotated[str, Field(max_length=500)] = ""
    at: Annotated[str, Field(max_length=40)] = ""
    incident_number: Annotated[str, Field(max_length=100)] = ""


def etag_of(alarms: Alarms) -> str:
    """Return what changes whenever anything shown of the alarms does, and from which nothing can be read."""
    return f'"{hashlib.sha256(repr(alarms).encode()).hexdigest()[:32]}"'


def alarm_pages(tools: Tools) -> APIRouter:
    """Return the routes of the alarms; they stand before those of a referral, whose addresses begin alike."""
    router = APIRouter(prefix=HERE, tags=["pages"], include_in_schema=False)

    async def page(request: Request, status_code: int = 200, **tried: Any) -> Response:
        async with tools.database.reading() as session:
            alarms = await alarms_now(session, tools.clock.now())
        known = {"opened": None, "typed": {}, "faults": {}, "errors": []} | tried
        return pages.render(
            request, "referrals/alarms.html", status_code=status_code, alarms=alarms, every=True, **known
        )

    @router.get("/now")
    async def now_page(
        every: bool = False,
        if_none_match: Annotated[str, Header()] = "",
        person: Person = may(Role.CONTROL),
    ) -> Response:
        """Give what stands before control as a part of a page; 304 if it is what the asker has."""
        async with tools.database.reading() as session:
            alarms = await alarms_now(session, tools.clock.now(), EVERY_ALARM if every else ON_A_PAGE)
        headers = NEVER_KEPT | {"ETag": etag_of(alarms)}
        if if_none_match == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        html = pages.fragment(
            "referrals/alarms_now.html",
            now=tools.clock.now(),
            alarms=alarms,
            every=every,
            opened=None,
            typed={},
            faults={},
        )
        return HTMLResponse(html, headers=headers)

    @router.get("")
    async def alarms_page(request: Request, person: Person = may(Role.CONTROL)) -> Response:
        """Show every alarm that stands."""
        return await page(request)

    @router.post("/{alarm_id}/heard")
    async def heard(request: Request, alarm_id: UUID, person: Person = may(Role.CONTROL)) -> Response:
        """Note that somebody heard it."""
        async with acting("referrals", tools, person, request) as work:
            await hear(alarm_id, person, work)
        return redirect(request, HERE, "You are down as having heard the alarm. It stands until a contact is recorded.")

    @router.post("/{alarm_id}/contact")
    async def contact(
        request: Request, alarm_id: UUID, form: Annotated[Typed, Form()], person: Person = may(Role.CONTROL)
    ) -> Response:
        """Record whom control spoke to; all that cannot be accepted is said at once, with the words still there."""
        recorded = Contact(alarm_id, person, form.spoken_to, uk_moment(form.at), form.incident_number)
        try:
            async with acting("referrals", tools, person, request) as work:
                await record_contact(recorded, work, tools.vault)
        except Refused as refused:
            if refused.status != 422:
                raise
            return await page(request, 422, opened=alarm_id, typed=form.model_dump(), **_faults(alarm_id, refused))
        return redirect(request, HERE, "The contact is recorded, and the alarm has stopped.")

    return router


def reference_pages(tools: Tools) -> APIRouter:
    """Return the route by which an officer whom control rang finds the referral."""
    router = APIRouter(prefix=HERE, tags=["pages"], include_in_schema=False)

    @router.post("/find")
    async def find_referral(
        request: Request, reference: Annotated[str, Form(max_length=40)] = "", person: Person = may(*READERS)
    ) -> Response:
        """Lead the officer whom control rang to the referral; what is not for them is told as if it were not there."""
        async with tools.database.reading() as session:
            referral_id = await referral_of_reference(reference, person, session)
        if referral_id is None:
            return redirect(request, "/referrals", NO_SUCH_REFERENCE, "warning")
        return redirect(request, f"/referrals/{referral_id}")

    return router


def _faults(alarm_id: UUID, refused: Refused) -> dict[str, Any]:
    faults = {reason.pointer[1:]: reason.reason[:1].upper() + reason.reason[1:] for reason in refused.reasons}
    errors = [{"text": words, "href": f"#{field}-{alarm_id}"} for field, words in faults.items()]
    return {"faults": faults, "errors": errors}
