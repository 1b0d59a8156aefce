"""After an incident, for other programmes: what waits to be answered, asking, and answering."""

from typing import Any

from fastapi import APIRouter, Request
from pydantic import Field

from schemas.visit_parts import Line, Part, Text
from services.control.handlers.debriefs import AnswerCommand, AskCommand, answer_after_incident, ask_after_incident
from services.control.rules.debriefs import NO, ROWS, YES, Answer, Asking, WrongFact
from services.control.rules.rights import ASKED_AFTER_INCIDENTS, INCIDENT_KEEPERS
from services.control.views.debriefs import questions_for
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.acting import acting


class AskBody(Part):
    """Which crew had command of an incident, and at which premises."""

    premises_id: Line
    incident_no: Line
    callsign: Line
    station: Line


class WrongBody(Part):
    """A fact of the record by its key, and how it really is."""

    fact: str = Field(max_length=400)
    words: Text


class AnswerBody(Part):
    """Whether the risk information was right, and what was not; nothing about a person."""

    premises_id: Line
    incident_no: Line
    is_right: bool
    callsign: Line = ""
    was_right: Text = ""
    wrong: tuple[WrongBody, ...] = Field(default=(), max_length=ROWS)
    missing: Text = ""
    danger: Text = ""


def debriefs_api(tools: Tools) -> APIRouter:
    """Return the routes after an incident."""
    router = APIRouter(prefix="/api/v1/control/debriefs", tags=["control"])

    @router.get("")
    async def read_questions(person: Person = may(*ASKED_AFTER_INCIDENTS)) -> dict[str, Any]:
        """Return the questions that wait: for control those of control, for a crew those of its station."""
        found = await questions_for(tools, person)
        return {"questions": [each.model_dump() for each in found.open], "total": found.total}

    @router.post("/ask", status_code=201)
    async def ask(request: Request, body: AskBody, person: Person = may(*INCIDENT_KEEPERS)) -> dict[str, Any]:
        """Ask the crew that had command, and control; `new` says how many were not asked before."""
        async with acting("control", tools, person, request) as work:
            return {"new": await ask_after_incident(AskCommand(person, Asking(**dict(body))), work)}

    @router.post("/answer", status_code=201)
    async def answer(
        request: Request, body: AnswerBody, person: Person = may(*ASKED_AFTER_INCIDENTS)
    ) -> dict[str, Any]:
        """Answer after an incident; the same answer sent again is the same answer."""
        told = body.model_dump(exclude={"is_right", "wrong"})
        wrong = tuple(WrongFact(each.fact, each.words, row) for row, each in enumerate(body.wrong, 1))
        given = Answer(**told, verdict=YES if body.is_right else NO, wrong=wrong)
        async with acting("control", tools, person, request) as work:
            said = await answer_after_incident(AnswerCommand(person, given), work)
        return {"answer_id": said.answer_id, "answered_at": said.answered_at}

    return router
