"""The forms of a referral's page: what a desk officer decides, checked before it is done, and what to mend."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field

from schemas.vocabulary import ReferralKind
from services.referrals.handlers import commands
from services.referrals.handlers.commands import Command
from services.referrals.pages.checking import Action, answers_of, check_page, faults_of
from services.referrals.pages.desk import address_of
from services.referrals.pages.referral import Typed, page_of
from services.referrals.presenters.moments import uk_moment
from services.referrals.rules.desks import desks_of
from services.referrals.rules.outcomes import Outcome
from services.referrals.rules.records import Filed
from services.referrals.rules.rights import WORKERS, may_work
from services.shared.errors import Conflict, Refused
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.acting import acting
from services.shared.web.notices import redirect

DONE = {
    Action.ACKNOWLEDGE: "The referral is acknowledged.",
    Action.ACCEPT: "The referral is this desk's.",
    Action.REJECT: "The referral is rejected. Send it on to the desk that it is for.",
    Action.REROUTE: "The referral was sent on.",
    Action.CONTACT: "The contact is recorded.",
    Action.CLOSE: "The referral is closed.",
    Action.CANCEL: "The referral is cancelled.",
    Action.REOPEN: "The referral is open again.",
}
CARRY_OUT = {
    Action.ACKNOWLEDGE: commands.acknowledge,
    Action.ACCEPT: commands.accept,
    Action.REJECT: commands.reject,
    Action.REROUTE: commands.reroute,
    Action.CONTACT: commands.contact,
    Action.CLOSE: commands.close,
    Action.CANCEL: commands.cancel,
    Action.REOPEN: commands.reopen,
}
CHECKED_FIRST = frozenset({Action.REJECT, Action.REROUTE, Action.CLOSE, Action.CANCEL, Action.REOPEN})


class Decision(BaseModel):
    """What a form says: the version its reader saw, their words, and what else the decision needs.

    `sure` is empty on the page of the referral; on the page that checks it, "yes", or "no" to change the answers.
    """

    version: int = Field(ge=1)
    words: str = Field(default="", max_length=20_000)
    kind: ReferralKind | Literal[""] = ""
    outcome: Outcome | Literal[""] = ""
    at: str = Field(default="", max_length=40)
    back_to_desk: int | None = None
    sure: Literal["", "yes", "no"] = ""


class OnlyTried(Exception):
    """A decision was tried out and could be carried out; raised to undo it."""


def decision_pages(tools: Tools) -> APIRouter:
    """Return the routes that the forms of a referral go to."""
    router = APIRouter(tags=["pages"], include_in_schema=False)

    @router.post("/referrals/{referral_id}/{action}")
    async def decide(
        request: Request,
        referral_id: UUID,
        action: Action,
        form: Annotated[Decision, Form()],
        person: Person = may(*WORKERS),
    ) -> Response:
        """Do what the form asks, after a check where it cannot be undone by a press; say what must be mended."""
        command = _command(form, referral_id, person)
        only_tried = action in CHECKED_FIRST and form.sure != "yes"
        typed = _typed(action, form)
        try:
            async with acting("referrals", tools, person, request) as work:
                filed = await CARRY_OUT[action](command, work, tools.vault)
                if only_tried:
                    raise OnlyTried
        except OnlyTried:
            if form.sure == "no":
                return await page_of(tools, request, referral_id, person, typed)
            return check_page(request, filed, action, form.version, typed, answers_of(action, filed, typed))
        except Refused as refused:
            return await _said_beside_the_form(refused, action, typed, tools, request, command)
        return redirect(request, _next_page(filed, form, person), DONE[action])

    return router


async def _said_beside_the_form(
    refused: Refused, action: Action, typed: Typed, tools: Tools, request: Request, command: Command
) -> Response:
    """Return the page of the referral with what is wrong, and what was typed still there."""
    if isinstance(refused, Conflict):
        faults = {"main-content": str(refused)[:1].upper() + str(refused)[1:]}
    elif refused.status == 422:
        faults = faults_of(action, refused)
    else:
        raise refused
    now_typed = Typed(typed.values, faults, action.value, refused.status)
    return await page_of(tools, request, command.referral_id, command.person, now_typed)


def _command(form: Decision, referral_id: UUID, person: Person) -> Command:
    words = form.words.replace("\x00", "")
    return Command(
        referral_id, form.version, person, words, form.outcome or None, form.kind or None, uk_moment(form.at)
    )


def _typed(action: Action, form: Decision) -> Typed:
    return Typed(
        {action.value: form.words, "kind": form.kind, "outcome": form.outcome, "at": form.at}, {}, action.value
    )


def _next_page(filed: Filed, form: Decision, person: Person) -> str:
    """Return the desk if the form came from there, or if the referral is now another desk's; else the referral."""
    if form.back_to_desk is not None or not may_work(person.roles, filed.kind):
        return address_of(next((desk for desk in desks_of(person.roles) if desk.number == form.back_to_desk), None))
    return f"/referrals/{filed.id}"
