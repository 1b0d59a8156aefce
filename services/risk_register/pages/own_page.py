"""What a reviewer keeps: filters of their own, what they have seen, and notes for the others."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import AwareDatetime
from starlette.datastructures import FormData

from services.risk_register.handlers.own import (
    FilterCommand,
    NoteCommand,
    TakeBackNoteCommand,
    drop_filter,
    keep_filter,
    look_at_queue,
    look_at_visit,
    take_back_note,
    write_note,
)
from services.risk_register.pages.forms import by
from services.risk_register.pages.one_visit import OneVisit
from services.risk_register.pages.queue_page import show_list
from services.risk_register.presenters.queue_filter import QUEUE, queue_address
from services.risk_register.rules.queue_filter import wanted_of
from services.risk_register.rules.rights import DESK
from services.shared.errors import Refused
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.shared.web.asked import Id
from services.shared.web.notices import redirect

KEPT = "The filter is kept: it stands above the list, for you alone."
SEEN = "Seen: from now on the list marks what comes or changes."


def own_router(tools: Tools) -> APIRouter:
    """Return what a reviewer keeps for themselves."""
    router = APIRouter(prefix=QUEUE, tags=["review"], include_in_schema=False)

    @router.post("/filters")
    async def save(request: Request, person: Person = may(*DESK)) -> Response:
        """Keep how the list is narrowed as a filter of one's own."""
        asked = _asked(await request.form())
        wanted, name = wanted_of(asked), asked.get("name", "").replace("\0", " ")
        try:
            async with transaction(tools.database, tools.clock, by(person, request)) as work:
                await keep_filter(FilterCommand(person, name, asked), work)
        except Refused as refused:
            return await show_list(tools, request, person, wanted, refused=refused, name=name)
        return redirect(request, queue_address(wanted), KEPT)

    @router.post("/filters/{filter_id}/delete")
    async def delete(request: Request, filter_id: Id, person: Person = may(*DESK)) -> Response:
        """Delete a filter of one's own."""
        async with transaction(tools.database, tools.clock, by(person, request)) as work:
            await drop_filter(filter_id, person, work)
        return redirect(request, QUEUE, "The filter is deleted.")

    @router.post("/seen")
    async def seen(request: Request, until: Annotated[AwareDatetime, Form()], person: Person = may(*DESK)) -> Response:
        """Keep until when one has seen the queue."""
        wanted = wanted_of(_asked(await request.form()))
        async with transaction(tools.database, tools.clock, by(person, request)) as work:
            await look_at_queue(person, until, work)
        return redirect(request, queue_address(wanted, since=False), SEEN)

    return router


def notes_router(tools: Tools) -> APIRouter:
    """Return the notes on a visit, and that a reviewer has looked at it."""
    router = APIRouter(prefix=QUEUE, tags=["review"], include_in_schema=False)
    visit = OneVisit(tools)

    @router.post("/{visit_id}/looked", status_code=204)
    async def looked(request: Request, visit_id: Id, person: Person = may(*DESK)) -> None:
        """Keep that one has looked at a visit: its page says so by itself."""
        async with transaction(tools.database, tools.clock, by(person, request)) as work:
            await look_at_visit(visit_id, person, work)

    @router.post("/{visit_id}/notes")
    async def write(request: Request, visit_id: Id, person: Person = may(*DESK)) -> Response:
        """Write a note for the other reviewers."""
        typed = await request.form()

        async def act() -> Response:
            words = str(typed.get("words", "")).replace("\0", " ")
            async with transaction(tools.database, tools.clock, by(person, request)) as work:
                await write_note(NoteCommand(visit_id, person, words), work)
            return redirect(request, f"{QUEUE}/{visit_id}#notes", "The note is kept.")

        return await visit.attempt(request, visit_id, person, act(), typed)

    @router.post("/{visit_id}/notes/{note_id}/take-back")
    async def take_back(request: Request, visit_id: Id, note_id: Id, person: Person = may(*DESK)) -> Response:
        """Take a note back: its words are gone."""

        async def act() -> Response:
            async with transaction(tools.database, tools.clock, by(person, request)) as work:
                await take_back_note(TakeBackNoteCommand(visit_id, note_id, person), work)
            return redirect(request, f"{QUEUE}/{visit_id}#notes", "The note is taken back: its words are gone.")

        return await visit.attempt(request, visit_id, person, act())

    return router


def _asked(form: FormData) -> dict[str, str]:
    """Return what a form asks for, texts alone."""
    return {name: value for name, value in form.items() if isinstance(value, str)}
