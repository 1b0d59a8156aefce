"""After an incident: the questions that wait, the short form that answers one, and by which control asks a crew."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import StringConstraints

from schemas.visit_parts import NO_NUL
from services.control.handlers.debriefs import AnswerCommand, AskCommand, answer_after_incident, ask_after_incident
from services.control.pages.assets import pages
from services.control.rules.debriefs import LONGEST, ROWS, Answer, Asking, WrongFact
from services.control.rules.rights import ASKED_AFTER_INCIDENTS, INCIDENT_KEEPERS
from services.control.views.debriefs import about_premises, questions_for
from services.shared.errors import Refused
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.acting import acting
from services.shared.web.forms import Code, form_errors
from services.shared.web.notices import redirect

PATH = "/control/was-it-right"
ASKED = "Asked: the question stands on that station's list, and on control's."
ASKED_ALREADY = "Both were asked about this incident before: nothing was sent again."
THANKS = "Thank you. The risk team reads it; nothing of it changes the record or its review date by itself."
Typed = Annotated[str, StringConstraints(max_length=2 * LONGEST, pattern=NO_NUL), Form()]
Known = Annotated[str, StringConstraints(max_length=64, pattern=NO_NUL), Query()]


def debrief_pages(tools: Tools) -> APIRouter:
    """Return the pages after an incident."""
    router = APIRouter(prefix=PATH, include_in_schema=False)

    async def form(
        request: Request, page: str, typed: dict[str, str], problem: Refused | None, person: Person
    ) -> Response:
        typed = {"premises_id": "", **typed}
        about = await about_premises(tools, typed["premises_id"].strip())
        return pages.render(
            request,
            page,
            about=about,
            typed=typed,
            rows=range(1, ROWS + 1),
            may_ask=person.has(*INCIDENT_KEEPERS),
            **form_errors(problem)._asdict(),
        )

    @router.get("")
    async def show_questions(request: Request, person: Person = may(*ASKED_AFTER_INCIDENTS)) -> Response:
        """Show the questions that wait for this person's side."""
        return pages.render(request, "control/debriefs.html", found=await questions_for(tools, person))

    @router.get("/answer")
    async def show_answer(
        request: Request,
        premises_id: Known = "",
        incident_no: Known = "",
        callsign: Known = "",
        person: Person = may(*ASKED_AFTER_INCIDENTS),
    ) -> Response:
        """Show the form that answers, with what is known filled in."""
        typed = {"premises_id": premises_id, "incident_no": incident_no, "callsign": callsign}
        return await form(request, "control/debrief.html", typed, None, person)

    @router.post("/answer")
    async def answer(request: Request, person: Person = may(*ASKED_AFTER_INCIDENTS)) -> Response:
        """Take an answer."""
        typed = {name: str(value).replace("\x00", "")[: 2 * LONGEST] for name, value in (await request.form()).items()}
        try:
            async with acting("control", tools, person, request) as work:
                await answer_after_incident(AnswerCommand(person, answer_in(typed)), work)
        except Refused as refused:
            if not refused.reasons:
                raise
            return await form(request, "control/debrief.html", typed, refused, person)
        return redirect(request, PATH, THANKS)

    @router.get("/ask")
    async def show_ask(
        request: Request,
        premises_id: Known = "",
        incident_no: Known = "",
        callsign: Known = "",
        person: Person = may(*INCIDENT_KEEPERS),
    ) -> Response:
        """Show the form by which control asks the crew that had command, with what is known filled in."""
        typed = {"premises_id": premises_id, "incident_no": incident_no, "callsign": callsign}
        return await form(request, "control/debrief_ask.html", typed, None, person)

    @router.post("/ask")
    async def ask(
        request: Request,
        premises_id: Code = "",
        incident_no: Code = "",
        callsign: Code = "",
        station: Code = "",
        person: Person = may(*INCIDENT_KEEPERS),
    ) -> Response:
        """Ask the crew that had command, and control."""
        asking = Asking(premises_id.strip(), incident_no, callsign, station)
        try:
            async with acting("control", tools, person, request) as work:
                new = await ask_after_incident(AskCommand(person, asking), work)
        except Refused as refused:
            typed = {"premises_id": premises_id, "incident_no": incident_no, "callsign": callsign, "station": station}
            return await form(request, "control/debrief_ask.html", typed, refused, person)
        return redirect(request, PATH, ASKED if new else ASKED_ALREADY, "success" if new else "information")

    return router


def answer_in(typed: dict[str, str]) -> Answer:
    """Return the answer that a form holds; a line of it with neither a fact nor words is none."""
    lines = [WrongFact(typed.get(f"fact-{row}", ""), typed.get(f"words-{row}", ""), row) for row in range(1, ROWS + 1)]
    return Answer(
        premises_id=typed.get("premises_id", "").strip(),
        incident_no=typed.get("incident_no", ""),
        verdict=typed.get("verdict", ""),
        callsign=typed.get("callsign", ""),
        was_right=typed.get("was_right", ""),
        wrong=tuple(line for line in lines if line.fact or line.words.strip()),
        missing=typed.get("missing", ""),
        danger=typed.get("danger", ""),
    )
