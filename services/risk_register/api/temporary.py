"""Temporary risks as other programmes use them: those that are open, and raising, renewing and ending one."""

from dataclasses import fields
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from pydantic import Field
from pydantic_core import to_jsonable_python

from schemas.visit_parts import Line, Part, Text
from services.risk_register.api.register import by
from services.risk_register.handlers.temporary import (
    EndCommand,
    RaiseCommand,
    RenewCommand,
    end_temporary,
    raise_temporary,
    renew_temporary,
)
from services.risk_register.rules.rights import DESK
from services.risk_register.rules.temporary import TemporaryRisk, Wanted
from services.risk_register.views.temporary import TemporaryRow, one_temporary, temporary_list
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.shared.web.asked import Id
from services.shared.web.paging import PageNumber


class RaiseBody(Part):
    """What holds at a premises for a while, how it came about, who sees to it, and from which day to which."""

    premises_id: Line
    what: Text
    why: Text
    owner: Line
    starts_on: date | None = None
    ends_on: date | None = None


class RenewBody(Part):
    """The last day from now on, why, and on which version of the temporary risk this was decided."""

    version: int = Field(ge=1)
    reason: Text
    ends_on: date | None = None


class EndBody(Part):
    """How it is known to be over, and on which version of the temporary risk this was decided."""

    version: int = Field(ge=1)
    reason: Text


def risk_answer(risk: TemporaryRisk) -> dict[str, Any]:
    """Return a temporary risk as it is told."""
    return {each.name: to_jsonable_python(getattr(risk, each.name)) for each in fields(risk)}


def row_answer(row: TemporaryRow) -> dict[str, Any]:
    """Return a temporary risk as it stands today, with the name and address of its premises."""
    return {
        **risk_answer(row.risk),
        "state": row.state,
        "premises": {"name": row.premises.name, "address": row.premises.address, "postcode": row.premises.postcode},
    }


def temporary_api(tools: Tools) -> APIRouter:
    """Return the routes of temporary risks."""
    router = APIRouter(prefix="/api/v1/risk-register/temporary-risks", tags=["risk register"])

    @router.get("")
    async def read_temporary(page: PageNumber = 1, person: Person = may(*DESK)) -> dict[str, Any]:
        """Return a page of the temporary risks that nobody has ended, those past their end first, and how many."""
        found = await temporary_list(tools, page)
        return {
            "temporary_risks": [row_answer(row) for row in found.rows],
            "to_confirm": found.to_confirm,
            "total": found.page.total,
            "page": found.page.number,
            "pages": found.page.last,
            "says": found.page.words,
        }

    @router.get("/{risk_id}")
    async def read_one(risk_id: Id, person: Person = may(*DESK)) -> dict[str, Any]:
        """Return one temporary risk, ended or not, with all that was done to it, oldest first."""
        found = await one_temporary(tools, risk_id)
        return {**row_answer(found.row), "history": [to_jsonable_python(each) for each in found.history]}

    @router.post("", status_code=201)
    async def raise_one(request: Request, body: RaiseBody, person: Person = may(*DESK)) -> dict[str, Any]:
        """Raise a temporary risk at a premises that has a record; control and crews see it from now on."""
        wanted = Wanted(body.what, body.why, body.owner, body.starts_on, body.ends_on)
        async with transaction(tools.database, tools.clock, by(person, request)) as work:
            return risk_answer(await raise_temporary(RaiseCommand(body.premises_id, person, wanted), work))

    @router.post("/{risk_id}/renew")
    async def renew_one(request: Request, risk_id: Id, body: RenewBody, person: Person = may(*DESK)) -> dict[str, Any]:
        """Let it hold until another day, with a reason; 409 says who changed it since."""
        command = RenewCommand(risk_id, body.version, person, body.reason, body.ends_on)
        async with transaction(tools.database, tools.clock, by(person, request)) as work:
            return risk_answer(await renew_temporary(command, work))

    @router.post("/{risk_id}/end")
    async def end_one(request: Request, risk_id: Id, body: EndBody, person: Person = may(*DESK)) -> dict[str, Any]:
        """End it because it is over, with a reason; 409 says who changed it since, or that it has ended."""
        command = EndCommand(risk_id, body.version, person, body.reason)
        async with transaction(tools.database, tools.clock, by(person, request)) as work:
            return risk_answer(await end_temporary(command, work))

    return router
