"""Records as bytes: answered as they were presented for as long as they read the same, and held against the records."""

import base64
import gzip
import hashlib
from collections.abc import Sequence
from datetime import datetime
from functools import cache, partial
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlmodel.ext.asyncio.session import AsyncSession

import schemas
from schemas.risk_register import RiskRecord
from services import control, domain
from services.control.presenters.record import present, reads_so_until
from services.control.store.connections import Connections
from services.control.store.reads import Reading
from services.control.store.screens import Presented, ToPresent, answer, list_presented
from services.shared.evidence import MOST_NAMED, Broken
from services.shared.together import Together
from services.shared.web import words

COMPARED_AT_ONCE = 200


@cache
def made_by() -> str:
    """Return the name of the code that presents records here: what another made is made anew."""
    digest = hashlib.sha256()
    folders = (Path(package.__path__[0]) for package in (control, domain, schemas))
    for file in (*(file for folder in folders for file in sorted(folder.rglob("*.py"))), Path(words.__file__)):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


class Screens:
    """Answers records that are presented, those asked for at the same moment together."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._made_by = made_by()
        self._look_up = Together(self._answer)

    async def look_up(self, reading: Reading) -> bytes | None:
        """Return a record as it reads now, gzipped, keeping first that it was read; None to look it up otherwise."""
        try:
            return await self._look_up(reading)
        except DBAPIError as problem:
            if problem.connection_invalidated:
                raise
            return None  # it may be read and not be written to: then the reading waits in a file

    async def _answer(self, readings: Sequence[Reading]) -> Sequence[bytes | None]:
        return await self._connections.ask(partial(answer, readings, self._made_by))


async def compare_with_records(session: AsyncSession) -> list[Broken]:
    """Return the records that are answered otherwise than what is shown is presented."""
    broken: list[Broken] = []
    after, name = "", made_by()
    while (found := await list_presented(session, name, after, COMPARED_AT_ONCE)) and len(broken) < MOST_NAMED:
        after = found[-1].premises_id
        for each in found:
            if each.record is None or gzip.decompress(each.body) != words_of(each.record, each.shown_at, each.last):
                words = "it is not answered as what is shown is presented"
                broken.append(Broken("control.screens", each.revision, f"premises {each.premises_id}", words))
    return broken[:MOST_NAMED]


def words_of(record: RiskRecord, shown_at: datetime, at: datetime) -> bytes:
    """Return what is answered of a record that is shown since a moment, as it reads at another."""
    return present(record, shown_at, at).model_dump_json().encode()


def presented_of(each: ToPresent, now: datetime) -> Presented:
    """Return a record as it is answered from a moment on, for as long as it reads the same."""
    screen = present(each.record, each.shown_at, now)
    body = base64.b64encode(gzip.compress(screen.model_dump_json().encode(), 6)).decode()
    return Presented(each.premises_id, each.revision, made_by(), reads_so_until(each.record, screen, now), body)
