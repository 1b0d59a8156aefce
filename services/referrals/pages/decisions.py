"""The forms of a referral's page: what a desk officer decides, and what is said if it cannot be accepted."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.vocabulary import ReferralKind
from services.referrals.handlers import commands
from services.referrals.handlers.commands import Order
from services.referrals.pages.desk import address_of
from services.referrals.pages.referral import Typed, by, page_of
from services.referrals.rules.desks import desks_of
from services.referrals.rules.records import Filed
from services.referrals.rules.rights import WORKERS, may_work
from services.shared.errors import FieldReason, Refused
from services.shared.identity import Person, may
from services.shared.secrets import Vault
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.shared.web.notices import redirect
from services.shared.working_time import UK


class Action(StrEnum):
    """What can be decided on the page."""

    ACKNOWLEDGE = "acknowledge"
    ACCEPT = "accept"
    REJECT = "reject"
    REROUTE = "reroute"
    CONTACT = "contact"
    CLOSE = "close"


DONE = {
    Action.ACKNOWLEDGE: "The referral is acknowledged.",
    Action.ACCEPT: "The referral is this desk's.",
    Action.REJECT: "The referral is rejected. Send it on to the desk that it is for.",
    Action.REROUTE: "The referral was sent on.",
    Action.CONTACT: "The contact is recorded.",
    Action.CLOSE: "The referral is closed.",
}
IN_WORDS_ALONE = {
    Action.ACKNOWLEDGE: commands.acknowledge,
    Action.ACCEPT: commands.accept,
    Action.REJECT: commands.reject,
    Action.CLOSE: commands.close,
}


class Decision(BaseModel):
    """What a form says: the version its reader saw, their words, and what else the decision needs."""

    version: int = Field(ge=1)
    words: str = Field(default="", max_length=500)
    kind: ReferralKind | Literal[""] = ""
    at: str = Field(default="", max_length=40)
    back_to_desk: int | None = None


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
        """Do what the form asks; what cannot be accepted is said beside its field, with the words still there."""
        order = Order(referral_id, form.version, person, form.words)
        try:
            async with transaction(tools.database, tools.clock, by(person, request)) as session:
                filed = await carry_out(action, form, order, session, tools.vault)
        except Refused as refused:
            if refused.status != 422:
                raise
            return await page_of(tools, request, referral_id, person, _typed(action, form, refused))
        return redirect(request, _next_page(filed, form, person), DONE[action])

    return router


async def carry_out(action: Action, form: Decision, order: Order, session: AsyncSession, vault: Vault) -> Filed:
    """Carry out a decision; raises `Refused` naming the field that something is wrong with."""
    if action is Action.CONTACT:
        return await commands.contact(order, _by_uk_clocks(form.at), session, vault)
    if action is Action.REROUTE:
        if not form.kind:
            raise Refused("nothing is chosen", (FieldReason("/kind", "choose what it should have been"),))
        return await commands.reroute(order, form.kind, session, vault)
    return await IN_WORDS_ALONE[action](order, session, vault)


def _by_uk_clocks(written: str) -> datetime:
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        raise Refused("no time", (FieldReason("/at", "enter the day and time that you spoke"),)) from None
    return (at if at.tzinfo else at.replace(tzinfo=UK)).astimezone(UTC)


def _typed(action: Action, form: Decision, refused: Refused) -> Typed:
    fields = {"/kind": "kind", "/at": "at"}
    faults = {
        fields.get(reason.pointer, action.value): reason.reason[:1].upper() + reason.reason[1:]
        for reason in refused.reasons
    }
    return Typed({action.value: form.words, "kind": form.kind}, faults)


def _next_page(filed: Filed, form: Decision, person: Person) -> str:
    """Return the desk if the form came from there, or if the referral is now another desk's; else the referral."""
    if form.back_to_desk is not None or not may_work(person.roles, filed.kind):
        return address_of(next((desk for desk in desks_of(person.roles) if desk.number == form.back_to_desk), None))
    return f"/referrals/{filed.id}"
