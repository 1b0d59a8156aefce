"""Who is competent to lead visits, as other programmes read and enter it."""

from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from pydantic_core import to_jsonable_python

from schemas.visit_parts import Part, Text
from services.risk_register.api.register import by
from services.risk_register.handlers.competence import (
    EnterCommand,
    WithdrawCompetence,
    enter_competence,
    withdraw_competence,
)
from services.risk_register.rules.competence import Competence, CompetenceWanted
from services.risk_register.rules.rights import COMPETENCE_KEEPERS, DESK
from services.risk_register.views.competence import CompetenceRow, competence_list, one_competence
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.shared.web.asked import Id
from services.shared.web.paging import PageNumber


class CompetenceBody(Part):
    """Who is competent to lead visits, by the name they sign in with, from which day to which, and what it rests on."""

    person: Text
    from_on: date | None = None
    until_on: date | None = None
    basis: Text


class WithdrawBody(Part):
    """Why a competence counts no more."""

    reason: Text


def row_answer(row: CompetenceRow) -> dict[str, Any]:
    """Return a competence as it stands today."""
    return {**competence_answer(row.competence), "state": row.state}


def competence_answer(competence: Competence) -> dict[str, Any]:
    """Return a competence as it was entered."""
    answer: dict[str, Any] = to_jsonable_python(competence)
    return answer


def competence_api(tools: Tools) -> APIRouter:
    """Return the routes of competence."""
    router = APIRouter(prefix="/api/v1/risk-register/competence", tags=["risk register"])

    @router.get("")
    async def read_competence(page: PageNumber = 1, person: Person = may(*DESK)) -> dict[str, Any]:
        """Return a page of the people of whom a competence is entered, the longest expired first, and how many."""
        found = await competence_list(tools, page)
        return {
            "people": [row_answer(row) for row in found.rows],
            "expired": found.expired,
            "total": found.page.total,
            "page": found.page.number,
            "pages": found.page.last,
            "says": found.page.words,
        }

    @router.get("/{competence_id}")
    async def read_one(competence_id: Id, person: Person = may(*DESK)) -> dict[str, Any]:
        """Return one, with all that was ever entered of the same person."""
        found = await one_competence(tools, competence_id)
        entered = [row_answer(row) for row in found.all_rows]
        return {**row_answer(found.row), "is_competent": found.is_competent, "entered": entered}

    @router.post("", status_code=201)
    async def enter_one(
        request: Request, body: CompetenceBody, person: Person = may(*COMPETENCE_KEEPERS)
    ) -> dict[str, Any]:
        """Enter from when until when somebody is competent to lead visits."""
        wanted = CompetenceWanted(body.person, body.from_on, body.until_on, body.basis)
        async with transaction(tools.database, tools.clock, by(person, request)) as work:
            return competence_answer(await enter_competence(EnterCommand(person, wanted), work))

    @router.post("/{competence_id}/withdraw")
    async def withdraw_one(
        request: Request, competence_id: Id, body: WithdrawBody, person: Person = may(*COMPETENCE_KEEPERS)
    ) -> dict[str, Any]:
        """Withdraw one, which counts no more from today on; 409 says that somebody has already."""
        command = WithdrawCompetence(competence_id, person, body.reason)
        async with transaction(tools.database, tools.clock, by(person, request)) as work:
            return competence_answer(await withdraw_competence(command, work))

    return router
