"""Records as bytes: each is presented once when it changes, and answered so for as long as it reads the same."""

import asyncio
import base64
import gzip
import hashlib
import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from time import perf_counter

from fastapi import Request, Response
from sqlalchemy.exc import DBAPIError
from sqlmodel.ext.asyncio.session import AsyncSession

import schemas
from schemas.control import ControlShown
from schemas.risk_register import RiskRecord
from services import control, domain
from services.control.handlers.keeping import reading_of
from services.control.handlers.reading import LOOK_UP
from services.control.presenters.record import present, reads_so_until
from services.control.store.connections import Connections
from services.control.store.reads import Reading
from services.control.store.screens import (
    Presented,
    ToPresent,
    answer,
    list_changed,
    list_made_by_others,
    list_presented,
    save_presented,
)
from services.shared.event_log import Cause
from services.shared.evidence import MOST_NAMED, Broken
from services.shared.identity import Person
from services.shared.service import Tools
from services.shared.together import Together
from services.shared.transactions import transaction
from services.shared.web import words
from services.shared.web.acting import cause_of

logger = logging.getLogger(__name__)

LOOK_ANYWAY_S = 5.0
# What a burst of changes leaves is presented a few at a time, in a fifth of one processor's time.
AT_ONCE = 20
COMPARED_AT_ONCE = 200
REST = 4


@cache
def made_by() -> str:
    """Return the name of the code that presents records here: what another made is made anew."""
    digest = hashlib.sha256()
    folders = (Path(package.__path__[0]) for package in (control, domain, schemas))
    for file in (*(file for folder in folders for file in sorted(folder.rglob("*.py"))), Path(words.__file__)):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


async def compare_with_records(session: AsyncSession) -> list[Broken]:
    """Return the records that are answered otherwise than what is shown is presented."""
    broken: list[Broken] = []
    after, name = "", made_by()
    while (found := await list_presented(session, name, after, COMPARED_AT_ONCE)) and len(broken) < MOST_NAMED:
        after = found[-1].premises_id
        for each in found:
            if each.record is None or gzip.decompress(each.body) != _words_of(each.record, each.shown_at, each.last):
                words = "it is not answered as what is shown is presented"
                broken.append(Broken("control.screens", each.revision, f"premises {each.premises_id}", words))
    return broken[:MOST_NAMED]


def _words_of(record: RiskRecord, shown_at: datetime, at: datetime) -> bytes:
    return present(record, shown_at, at).model_dump_json().encode()


class Screens:
    """Answers records that are presented, those asked for at the same moment together, and presents the others."""

    def __init__(self, tools: Tools, connections: Connections) -> None:
        self._tools = tools
        self._made_by = made_by()
        self._changed = tools.bell.subscribe((ControlShown.topic,))
        self._connections = connections
        self._look_up = Together(self._answer)
        self._looked_at: str | None = ""

    async def look_up(self, request: Request, premises_id: str, person: Person) -> Response | None:
        """Return a record as it reads now, keeping first that it was read; None if it must be looked up otherwise."""
        now, cause = self._tools.clock.now(), cause_of("control", person, request)
        try:
            body = await self._look_up(reading_of(person, premises_id, 0, LOOK_UP, now, cause))
        except DBAPIError as problem:
            if problem.connection_invalidated:
                raise
            return None  # it may be read and not be written to: then the reading waits in a file
        if body is None:
            return None
        headers = {"Vary": "Accept-Encoding"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
        else:
            body = gzip.decompress(body)
        return Response(body, media_type="application/json", headers=headers)

    async def _answer(self, readings: Sequence[Reading]) -> Sequence[bytes | None]:
        return await self._connections.ask(partial(answer, readings, self._made_by))

    async def run(self) -> None:
        """Present what changes, for as long as control runs; at first what another version of the code presented."""
        while True:
            await self._present_and_rest()

    async def _present_and_rest(self) -> None:
        began = perf_counter()
        try:
            presented = await self.present_some()
        except DBAPIError as problem:
            logger.warning("records are not presented beforehand: %s", type(problem.orig).__name__)
            presented = 0
        if presented:
            await asyncio.sleep(REST * (perf_counter() - began))
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), LOOK_ANYWAY_S)
        self._changed.clear()

    async def present_some(self) -> int:
        """Present a few records that are not, or read otherwise by now, and return how many that was."""
        now = self._tools.clock.now()
        async with self._tools.database.reading() as session:
            found = await list_changed(session, self._made_by, now, AT_ONCE)
            if not found and self._looked_at is not None:
                found = await list_made_by_others(session, self._made_by, self._looked_at, AT_ONCE)
                self._looked_at = found[-1].premises_id if found else None
        if not found:
            return 0
        presented = []
        for each in found:
            presented.append(self._presented(each, now))
            await asyncio.sleep(0)  # whoever asks meanwhile is answered first
        async with transaction(
            self._tools.database, self._tools.clock, Cause("control", "control", "presenting")
        ) as work:
            await save_presented(work, presented)
        return len(found)

    def _presented(self, each: ToPresent, now: datetime) -> Presented:
        screen = present(each.record, each.shown_at, now)
        body = base64.b64encode(gzip.compress(screen.model_dump_json().encode(), 6)).decode()
        return Presented(each.premises_id, each.revision, self._made_by, reads_so_until(each.record, screen, now), body)
