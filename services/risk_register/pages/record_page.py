"""The page of a risk record: what is published, and asking a crew to visit; what cannot be done is said on it."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import StringConstraints

from schemas.visit_parts import NO_NUL
from schemas.vocabulary import Watch
from services.domain.words import words_for
from services.domain.working_time import local_date
from services.risk_register.handlers.asks import AskCommand, WithdrawCommand, ask_for_visit, withdraw_ask
from services.risk_register.pages import pages
from services.risk_register.presenters.debriefs import action_state
from services.risk_register.rules.asks import ASKS_BEFORE, reason_of_date, reason_of_rule
from services.risk_register.rules.due import limits_of
from services.risk_register.rules.news import REGISTER
from services.risk_register.rules.rights import DESK
from services.risk_register.views.record import RecordPage, record_page
from services.shared.errors import NotFound, Refused
from services.shared.event_log import Cause
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.shared.web.asked import Id
from services.shared.web.notices import redirect

ASKED = "The crew is asked: it stands on their list of visits."
WITHDRAWN = "Withdrawn: it is off the crew's list."
ANY_WATCH = "Any watch"
Typed = Annotated[str, StringConstraints(max_length=1000, pattern=NO_NUL), Form()]
Code = Annotated[str, StringConstraints(max_length=64, pattern=NO_NUL), Form()]


def record_router(tools: Tools) -> APIRouter:
    """Return the page of a record, and what its forms do."""
    router = APIRouter(prefix="/review", tags=["review"], include_in_schema=False)

    async def show(
        request: Request, premises_id: str, refused: Refused | None = None, typed: dict[str, str] | None = None
    ) -> Response:
        async with tools.database.reading() as session:
            found = await record_page(session, premises_id, local_date(tools.clock.now()))
        typed = typed or {}
        usual = usual_ask(found, local_date(tools.clock.now()))
        errors = [
            {"href": f"#{reason.pointer.removeprefix('/')}{typed.get('of', '')}", "text": reason.reason}
            for reason in (refused.reasons if refused else ())
        ]
        return pages.render(
            request,
            "review/record.html",
            status_code=refused.status if refused else 200,
            found=found,
            premises=found.premises,
            action_words=action_state,
            today=local_date(tools.clock.now()),
            watches=[("", ANY_WATCH), *((watch.value, words_for(watch)) for watch in Watch)],
            typed={**usual, **typed},
            errors=errors,
            error_at={error["href"].removeprefix("#"): error["text"] for error in errors},
        )

    @router.get("/records/{premises_id}")
    async def show_record(request: Request, premises_id: Id, person: Person = may(*DESK)) -> Response:
        """Show a record, and which visits it asks for."""
        return await show(request, premises_id)

    @router.post("/records/{premises_id}/asks")
    async def ask(
        request: Request,
        premises_id: Id,
        reason: Typed = "",
        due_on: Code = "",
        station: Code = "",
        watch: Code = "",
        person: Person = may(*DESK),
    ) -> Response:
        """Ask a crew to visit."""
        typed = {"reason": reason, "due_on": due_on, "station": station, "watch": watch}
        try:
            day, of_watch = _day(due_on), Watch(watch) if watch in set(Watch) else None
            command = AskCommand(premises_id, person, reason, day, station, of_watch)
            async with transaction(tools.database, tools.clock, _by(person, request)) as work:
                await ask_for_visit(command, work)
        except NotFound:
            raise
        except Refused as refused:
            return await show(request, premises_id, refused, typed)
        return redirect(request, f"/review/records/{premises_id}", ASKED)

    @router.post("/records/{premises_id}/asks/{ask_id}/withdraw")
    async def withdraw(
        request: Request, premises_id: Id, ask_id: Id, reason: Typed = "", person: Person = may(*DESK)
    ) -> Response:
        """Withdraw what was asked for."""
        try:
            async with transaction(tools.database, tools.clock, _by(person, request)) as work:
                await withdraw_ask(WithdrawCommand(ask_id, person, reason), work)
        except NotFound:
            raise
        except Refused as refused:
            return await show(request, premises_id, refused, {"of": f"-{ask_id}", f"reason-{ask_id}": reason})
        return redirect(request, f"/review/records/{premises_id}", WITHDRAWN)

    return router


def usual_ask(found: RecordPage, today: date) -> dict[str, str]:
    """Return what the form says before anybody writes: the station, and why and by when if the page knows a reason."""
    due_on = found.due_on
    station = {"station": found.premises.place.station_ground or ""}
    if found.missing:
        reason = reason_of_rule(found.missing.words)
        return {**station, "reason": reason, "due_on": (today + ASKS_BEFORE).isoformat()}
    if due_on is None or due_on > limits_of(today).soon_by:
        return station
    by = max(due_on, today + ASKS_BEFORE)
    return {**station, "reason": reason_of_date(due_on, today), "due_on": by.isoformat()}


def _by(person: Person, request: Request) -> Cause:
    return Cause(REGISTER, person.name, request.state.correlation_id)


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
