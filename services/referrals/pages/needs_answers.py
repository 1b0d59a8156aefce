"""The pages on which it is recorded what the people of a flat said when they were asked: it holds, or they withdraw."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response

from services.referrals.handlers.entering import ConfirmCommand, confirm_need
from services.referrals.handlers.needs import NOBODY_HELD, withdraw
from services.referrals.pages import pages
from services.referrals.pages.needs import held_at
from services.referrals.rules.needs import ENTERERS, WITHDRAWERS
from services.referrals.rules.purposes import NeedsPurpose
from services.shared.errors import NotFound, Refused
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.acting import acting
from services.shared.web.asked import Id
from services.shared.web.notices import redirect

CONFIRMED = "Kept: they were asked, and all of it holds. It is due again in 12 months."
WITHDRAWN = "The withdrawal is recorded. What was held is destroyed, and gone from control's screen."


def answer_pages(tools: Tools) -> APIRouter:
    """Return the routes on which an answer is recorded."""
    router = APIRouter(prefix="/referrals/needs/{premises_id}/{need_id}", tags=["pages"], include_in_schema=False)

    @router.get("/review")
    async def ask(request: Request, premises_id: Id, need_id: UUID, person: Person = may(*ENTERERS)) -> Response:
        """Show what the people of a flat must be asked."""
        return await _review_page(tools, request, premises_id, need_id, person)

    @router.post("/review")
    async def confirm(
        request: Request, premises_id: Id, need_id: UUID, asked: str = Form(""), person: Person = may(*ENTERERS)
    ) -> Response:
        """Keep that they were asked and all of it holds."""
        command = ConfirmCommand(premises_id, need_id, person, asked == "yes")
        try:
            async with acting("referrals", tools, person, request) as work:
                await confirm_need(command, work, tools.vault)
        except NotFound:
            raise
        except Refused as refused:
            return await _review_page(tools, request, premises_id, need_id, person, refused)
        return redirect(request, f"/referrals/needs/{quote(premises_id, safe='')}", CONFIRMED)

    @router.get("/withdraw")
    async def check(request: Request, premises_id: Id, need_id: UUID, person: Person = may(*WITHDRAWERS)) -> Response:
        """Ask whether the people of a flat have really withdrawn."""
        shown = await _flat_at(tools, request, premises_id, need_id, person, NeedsPurpose.WITHDRAWAL)
        return pages.render(request, "referrals/withdraw.html", **shown)

    @router.post("/withdraw")
    async def withdraw_needs(
        request: Request, premises_id: Id, need_id: UUID, person: Person = may(*WITHDRAWERS)
    ) -> Response:
        """Record the withdrawal."""
        async with acting("referrals", tools, person, request) as work:
            await withdraw(premises_id, need_id, person, work, tools.vault)
        return redirect(request, f"/referrals/needs/{quote(premises_id, safe='')}", WITHDRAWN)

    return router


async def _review_page(
    tools: Tools, request: Request, premises_id: str, need_id: UUID, person: Person, refused: Refused | None = None
) -> Response:
    shown = await _flat_at(tools, request, premises_id, need_id, person, NeedsPurpose.REVIEW)
    words = [reason.reason[:1].upper() + reason.reason[1:] for reason in (refused.reasons if refused else ())]
    return pages.render(
        request,
        "referrals/needs_review.html",
        status_code=refused.status if refused else 200,
        errors=[{"href": "#asked", "text": each} for each in words],
        fault=words[0] if words else "",
        **shown,
    )


async def _flat_at(
    tools: Tools, request: Request, premises_id: str, need_id: UUID, person: Person, purpose: NeedsPurpose
) -> dict[str, Any]:
    shown = await held_at(tools, request, premises_id, person, purpose)
    unit = next((each for each in shown["units"] if each["id"] == str(need_id)), None)
    if unit is None:
        raise NotFound(NOBODY_HELD)
    return shown | {"unit": unit}
