"""The corrections of single facts as other programmes make them."""

from typing import Any

from fastapi import APIRouter, Request
from pydantic import Field

from schemas.visit_parts import Line, Part, Text
from services.risk_register.api.register import by
from services.risk_register.handlers.correcting import (
    CorrectCommand,
    TakeBackCommand,
    correct_fact,
    take_back_correction,
)
from services.risk_register.rules.items import Item
from services.risk_register.rules.rights import DESK
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.shared.web.asked import Id


class CorrectBody(Part):
    """Which fact is corrected to what, on which version of the visit, and why.

    `fact` is its key (services/domain/fact_keys.py), `value` as the form has it; of what can be there several times,
    such as hazards, all that share the key.
    """

    version: int = Field(ge=1)
    fact: Line
    value: Any
    reason: Text
    was_not_there: bool = False


class TakeBackBody(Part):
    """Which correction is taken back, on which version of the visit."""

    version: int = Field(ge=1)
    fact: Line
    was_not_there: bool = False


def corrections_answer(item: Item) -> dict[str, Any]:
    """Return the corrections that stand on a visit as they are told, each with what it was, who, when and why."""
    return {
        "visit_id": item.visit_id,
        "version": item.version,
        "corrections": [one.as_kept() for one in item.corrections],
    }


def correcting_api(tools: Tools) -> APIRouter:
    """Return the routes that correct a fact; they stand before the moves, whose path they share."""
    router = APIRouter(prefix="/api/v1/risk-register", tags=["risk register"])

    @router.post("/queue/{item}/corrections")
    async def correct(request: Request, item: Id, body: CorrectBody, person: Person = may(*DESK)) -> dict[str, Any]:
        """Correct one fact of a visit that the reviewer has claimed; it is published with the visit."""
        command = CorrectCommand(item, person=person, **body.model_dump())
        async with transaction(tools.database, tools.clock, by(person, request)) as work:
            return corrections_answer(await correct_fact(command, work))

    @router.post("/queue/{item}/corrections/take-back")
    async def take_back(request: Request, item: Id, body: TakeBackBody, person: Person = may(*DESK)) -> dict[str, Any]:
        """Take a correction back before the visit is published."""
        command = TakeBackCommand(item, person=person, **body.model_dump())
        async with transaction(tools.database, tools.clock, by(person, request)) as work:
            return corrections_answer(await take_back_correction(command, work))

    return router
