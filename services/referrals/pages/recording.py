"""The forms by which the Safe and Well desk records a need, a try to reach the person, and a visit."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.domain.counting import counted
from services.domain.working_time import UK
from services.referrals.handlers.home_visits import RecordCommand, record
from services.referrals.pages import pages
from services.referrals.pages.recording_form import (
    LOCAL,
    Part,
    Written,
    filled_in,
    given_in,
    number_in,
    written_in,
)
from services.referrals.presenters.home_visits import choices, corrected, steps_shown
from services.referrals.presenters.lists import row_of
from services.referrals.rules.rights import SAFE_AND_WELL_KINDS, SAFE_AND_WELL_WORKERS
from services.referrals.views.home_visits import recorded_for
from services.referrals.views.reading import NO_SUCH_REFERRAL, get_known
from services.shared.errors import Conflict, NotFound, Refused
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.acting import acting
from services.shared.web.notices import redirect

OPEN_FIRST = "Open what the crew wrote and read it, then record what was done."
DONE = {
    Part.NEED: "The need is recorded.",
    Part.TRY: "The contact is recorded.",
    Part.VISIT: "The visit is recorded.",
}
TITLES = {Part.NEED: "How great is the need?", Part.TRY: "Contact with the person", Part.VISIT: "The visit"}


def recording_pages(tools: Tools) -> APIRouter:
    """Return the routes of the forms of a Safe and Well case."""
    router = APIRouter(prefix="/referrals/{referral_id}/record", tags=["pages"], include_in_schema=False)

    async def show(
        request: Request,
        referral_id: UUID,
        part: Part,
        person: Person,
        number: int = 0,
        written: Written | None = None,
        why: Refused | None = None,
    ) -> Response:
        """Show a form: filled in with what is recorded, or as it was sent, with what is to be mended."""
        async with acting("referrals", tools, person, request) as work:
            filed = await get_known(referral_id, person, work)
            if filed.kind not in SAFE_AND_WELL_KINDS:
                raise NotFound(NO_SUCH_REFERRAL)
            recorded = await recorded_for(filed, person, work, tools.vault)
        steps = steps_shown(filed, recorded)
        if written is None and (recorded is None or not steps["may_record"]):
            return redirect(request, f"/referrals/{referral_id}", OPEN_FIRST if steps["may_record"] else "", "warning")
        if written is None and recorded is not None:
            written = filled_in(part, recorded, number)
        faults = faults_of(why) if why else {}
        return pages.render(
            request,
            "referrals/record.html",
            status_code=why.status if why else 200,
            filed=filed,
            row=row_of(filed),
            part=part.value,
            heading=TITLES[part],
            number=number,
            written=written,
            now_local=tools.clock.now().astimezone(UK).strftime(LOCAL),
            faults=faults,
            errors=[{"text": words, "href": f"#{field}"} for field, words in faults.items()],
            needs_reason=corrected(part.value, filed, number),
            **choices(),
        )

    @router.get("/{part}")
    async def record_page(
        request: Request, referral_id: UUID, part: Part, number: str = "", person: Person = may(*SAFE_AND_WELL_WORKERS)
    ) -> Response:
        """Show the form that records one thing, or corrects it."""
        return await show(request, referral_id, part, person, counted(number) or 0)

    @router.post("/{part}")
    async def record_part(
        request: Request, referral_id: UUID, part: Part, person: Person = may(*SAFE_AND_WELL_WORKERS)
    ) -> Response:
        """Record it, or say what must be mended with what was typed still there."""
        async with request.form() as sent:
            written = written_in(sent.multi_items())
        version = counted(written.values.get("version", "")) or 0
        command = RecordCommand(referral_id, version, person, given_in(part, written))
        try:
            async with acting("referrals", tools, person, request) as work:
                await record(command, work, tools.vault)
        except NotFound:
            raise
        except Refused as refused:
            if refused.status not in (409, 422):
                raise
            return await show(request, referral_id, part, person, number_in(written.values), written, refused)
        return redirect(request, f"/referrals/{referral_id}", DONE[part])

    return router


def faults_of(refused: Refused) -> dict[str, str]:
    """Return what is wrong by field of the form, each beginning with a capital letter."""
    if isinstance(refused, Conflict) or not refused.reasons:
        said = [("main-content", str(refused))]
    else:
        said = [(reason.pointer.removeprefix("/"), reason.reason) for reason in refused.reasons]
    faults: dict[str, str] = {}
    for field, words in said:
        faults.setdefault(field, words[:1].upper() + words[1:])
    return faults
