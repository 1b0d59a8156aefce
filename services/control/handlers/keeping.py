"""Who reads a record is kept before it is answered: in the database or, while that takes nothing, in a file."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.exc import DBAPIError

from services.control.rules.reading import Channel, channel_of
from services.control.store.reads import Reading, keep_without_waiting, save_reads
from services.shared.errors import Refused
from services.shared.event_log import Cause
from services.shared.identity import Person
from services.shared.inbox import mark_heard
from services.shared.service import Tools, Trouble
from services.shared.spool import Spool, SpoolFull
from services.shared.telemetry import READS_NOT_KEPT, READS_WAITING
from services.shared.transactions import Work, transaction

logger = logging.getLogger(__name__)

WRITE_EVERY_S = 2.0
PART = "control: who read which record"
CANNOT_BE_KEPT = (
    "who asks for a code must be kept, and neither the database nor this machine's disk takes it: "
    "ring the central risk team"
)


@dataclass(frozen=True)
class Access:
    """One person at the records: the unit of work they read in, and what they read, kept before they are answered."""

    person: Person
    work: Work
    channel: Channel = Channel.PAGE
    readings: list[Reading] = field(default_factory=list)

    def note(self, premises_id: str, revision: int, purpose: str) -> None:
        """Note that the person reads a record, and what for."""
        now, by = self.work.now, self.work.by
        self.readings.append(reading_of(self.person, premises_id, revision, purpose, now, by, self.channel))


@dataclass(frozen=True)
class _Line:
    """A reading, or an entry of the history, as it waits."""

    id: str
    at: str
    cause: dict[str, Any]
    reading: dict[str, Any] | None = None
    record: str = ""
    action: str = ""
    details: dict[str, Any] = field(default_factory=dict)


class Readings:
    """Keeps who reads what for one process of control.

    The database comes first. If it takes no change (a full disk, a standby), control's answer does not wait for it: the
    reading goes to a file in the data folder, and from there to the database once and once only when it takes changes
    again. If there is no room in the file either, a record is still shown, as a crew may be on its way in, and who saw
    it stands in the log alone; a code is not opened.

    Policy: docs/decisions/0017-control-answers-while-nothing-can-be-written.md
    """

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self.spool = Spool(tools.settings.data_dir / "spool" / "control-reads.jsonl")
        self._no_room_since: datetime | None = None

    async def prepare(self) -> None:
        """Take the room in the data folder that readings may one day wait in."""
        try:
            await asyncio.to_thread(self.spool.prepare)
            self._no_room_since = None
        except OSError as problem:
            logger.error("%s could wait nowhere: %s cannot be made (%s)", PART, self.spool.file, problem.strerror)
            self._no_room_since = self._tools.clock.now()

    @asynccontextmanager
    async def kept(self, person: Person, cause: Cause, through: Channel = Channel.PAGE) -> AsyncIterator[Access]:
        """Give access to the records; when the block has ended well, who read what in it is kept, and from where."""
        lines: list[_Line] = []
        try:
            async with transaction(self._tools.database, self._tools.clock, cause) as work:
                access = Access(person, work, channel_of(person.roles, through))
                yield access
                lines = _lines(cause, access)
                if not work.noted:
                    await keep_without_waiting(work)
                await save_reads(work, access.readings)
        except DBAPIError as problem:
            # It failed while it was read, or nobody knows whether it was kept: then nobody is shown anything.
            if not lines or problem.connection_invalidated:
                raise
            logger.warning("%s is not taken by the database (%s) and waits", PART, type(problem.orig).__name__)
            await self._let_wait(lines)

    async def _let_wait(self, lines: list[_Line]) -> None:
        must_be_kept = any(line.reading is None for line in lines)
        try:
            rows = [asdict(line) for line in lines]
            await asyncio.to_thread(self.spool.keep, rows, into_the_spare=must_be_kept)
        except (SpoolFull, OSError):
            self._no_room_since = self._no_room_since or self._tools.clock.now()
            if must_be_kept:
                raise Refused(CANNOT_BE_KEPT, status=503) from None
            READS_NOT_KEPT.inc(len(lines))
            for line in lines:
                logger.error("nowhere to keep that a record was read: %s", line.reading)

    async def run(self) -> None:
        """Write what waits to the database whenever it takes changes, for as long as control runs."""
        while True:
            await asyncio.sleep(WRITE_EVERY_S)
            try:
                await self.write_what_waits()
            except DBAPIError:
                continue

    async def write_what_waits(self) -> int:
        """Write what waits in the file to the database and return how many lines; each comes there once.

        The file is emptied after the commit. If that comes to nothing the same lines are found again, and the marks
        of those that are in the database already are in its inbox.
        """
        rows = await asyncio.to_thread(self.spool.read)
        READS_WAITING.set(len(rows))
        if not rows:
            if self._no_room_since is not None:
                await self.prepare()
            return 0
        written = await self._write(rows)
        if await asyncio.to_thread(self.spool.clear, rows):
            READS_WAITING.set(0)
            self._no_room_since = None
            logger.warning("%s: all %d that waited are in the database", PART, len(rows))
        return written

    async def _write(self, rows: list[dict[str, Any]]) -> int:
        """Write those of the lines that are not in the database yet, and return how many that was."""
        async with transaction(self._tools.database, self._tools.clock, _writer()) as work:
            ids = [UUID(row["id"]) for row in rows]
            new = await mark_heard(work, "control", ids, work.now)
            missing = [_Line(**row) for row in rows if UUID(row["id"]) in new]
            await save_reads(work, [_reading(line.reading) for line in missing if line.reading])
            for line in missing:
                if line.reading is None:
                    work.by = Cause(**line.cause)
                    work.note(line.record, line.action, **line.details, happened_at=line.at)
        return len(missing)

    async def troubles(self) -> list[Trouble]:
        """Return what is wrong with keeping who read what."""
        found = []
        waiting = await asyncio.to_thread(self.spool.waiting)
        if waiting is not None:
            words = f"the database takes no change: {waiting.lines} wait in {self.spool.file}, and records are shown"
            found.append(Trouble(PART, words, waiting.since))
        if self._no_room_since is not None:
            words = (
                f"there is no room in {self.spool.file}: who reads a record stands in the log alone, codes stay shut"
            )
            found.append(Trouble(PART, words, self._no_room_since))
        return found


def reading_of(
    person: Person, premises_id: str, revision: int, purpose: str, at: datetime, cause: Cause, channel: Channel
) -> Reading:
    """Return what is kept of one act of reading."""
    return Reading(
        premises_id=premises_id,
        revision=revision,
        who=person.name,
        roles=", ".join(person.roles),
        station=person.station,
        purpose=purpose,
        at=at,
        correlation_id=cause.correlation_id,
        channel=channel,
    )


def _writer() -> Cause:
    return Cause("control", "control", "readings that waited")


def _lines(cause: Cause, access: Access) -> list[_Line]:
    """Return what is to be kept of a block, as it would wait."""
    by = {"source": cause.source, "actor": cause.actor, "correlation_id": cause.correlation_id}
    at, noted = access.work.now.isoformat(), access.work.noted
    readings = [_Line(str(uuid4()), at, by, vars(one) | {"at": one.at.isoformat()}) for one in access.readings]
    return readings + [
        _Line(str(uuid4()), at, by, None, entry.record, entry.action, dict(entry.details)) for _, entry in noted
    ]


def _reading(kept: dict[str, Any]) -> Reading:
    channel = Channel(kept["channel"]) if kept.get("channel") else None
    return Reading(**kept | {"at": datetime.fromisoformat(kept["at"]), "channel": channel})
