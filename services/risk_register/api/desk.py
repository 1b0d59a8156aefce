"""The work of the desk as other programmes read it: what waits by station, and the notes between reviewers."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request

from schemas.visit_parts import Part, Text
from services.risk_register.api.register import by
from services.risk_register.handlers.own import NoteCommand, TakeBackNoteCommand, take_back_note, write_note
from services.risk_register.rules.rights import DESK
from services.risk_register.store.own import (
    list_notes,
)
from services.risk_register.views.queue import workload
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.shared.web.asked import Id


class NoteBody(Part):
    """What the other reviewers are told; nothing about safeguarding belongs in it."""

    words: Text


def desk_api(tools: Tools) -> APIRouter:
    """Return the routes of the desk."""
    router = APIRouter(prefix="/api/v1/risk-register", tags=["risk register"])

    @router.get("/workload")
    async def read_workload(person: Person = may(*DESK)) -> dict[str, Any]:
        """Return what waits for review at each station: how many, the oldest, and what is beyond its time."""
        found = await workload(tools)
        return {"at": found.at, "stations": [asdict(one) for one in found.stations]}

    @router.get("/queue/{item}/notes")
    async def read_notes(item: Id, person: Person = may(*DESK)) -> dict[str, Any]:
        """Return the notes between reviewers on a visit, oldest first; one that was taken back has no words."""
        async with tools.database.reading() as session:
            return {"notes": [asdict(one) for one in await list_notes(session, item)]}

    @router.post("/queue/{item}/notes", status_code=201)
    async def write(request: Request, item: Id, body: NoteBody, person: Person = may(*DESK)) -> dict[str, Any]:
        """Write a note for the other reviewers: nobody outside the risk team is told of it."""
        async with transaction(tools.database, tools.clock, by(person, request)) as work:
            return asdict(await write_note(NoteCommand(item, person, body.words), work))

    @router.post("/queue/{item}/notes/{note_id}/take-back")
    async def take_back(request: Request, item: Id, note_id: Id, person: Person = may(*DESK)) -> dict[str, Any]:
        """Take a note back: its words are gone."""
        async with transaction(tools.database, tools.clock, by(person, request)) as work:
            return asdict(await take_back_note(TakeBackNoteCommand(item, note_id, person), work))

    return router
