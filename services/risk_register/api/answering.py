"""Who answers for which premises, as other programmes read, give and end it."""

from typing import Any

from fastapi import APIRouter, Request
from pydantic_core import to_jsonable_python

from schemas.visit_parts import Line, Part, Text
from services.risk_register.api.register import by
from services.risk_register.handlers.answering import EndAnswering, GiveCommand, end_answering, give_premises
from services.risk_register.rules.answering import Answering, AnsweringWanted
from services.risk_register.rules.rights import ACCOUNT_KEEPERS
from services.risk_register.views.answering import answering_list
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.shared.web.asked import Id
from services.shared.web.paging import PageNumber


class AnsweringBody(Part):
    """Which account answers for which premises, and for whom."""

    account: Line
    organisation: Line
    premises_id: Line


class EndAnsweringBody(Part):
    """Why an account answers for a premises no more."""

    reason: Text


def answering_api(tools: Tools) -> APIRouter:
    """Return the routes of who answers for what."""
    router = APIRouter(prefix="/api/v1/risk-register/responsible-persons", tags=["risk register"])

    @router.get("")
    async def read_answering(page: PageNumber = 1, person: Person = may(*ACCOUNT_KEEPERS)) -> dict[str, Any]:
        """Return a page of who answers for which premises, by account; what has ended comes last."""
        found = await answering_list(tools, page)
        return {
            "responsible_persons": [_answer(row.answering) for row in found.rows],
            "total": found.page.total,
            "page": found.page.number,
            "pages": found.page.last,
            "says": found.page.words,
        }

    @router.post("", status_code=201)
    async def give(request: Request, body: AnsweringBody, person: Person = may(*ACCOUNT_KEEPERS)) -> dict[str, Any]:
        """Let an account report faults at a premises."""
        wanted = AnsweringWanted(body.account, body.organisation, body.premises_id)
        async with transaction(tools.database, tools.clock, by(person, request)) as work:
            return _answer(await give_premises(GiveCommand(person, wanted), work))

    @router.post("/{answering_id}/end")
    async def end(
        request: Request, answering_id: Id, body: EndAnsweringBody, person: Person = may(*ACCOUNT_KEEPERS)
    ) -> dict[str, Any]:
        """Let it report nothing more there, nor read what it has reported; 409: it has ended already."""
        command = EndAnswering(answering_id, person, body.reason)
        async with transaction(tools.database, tools.clock, by(person, request)) as work:
            return _answer(await end_answering(command, work))

    return router


def _answer(answering: Answering) -> dict[str, Any]:
    answer: dict[str, Any] = to_jsonable_python(answering)
    return answer
