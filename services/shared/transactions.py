"""One unit of work: the rows, the history and the events of it are kept together or not at all."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.envelope import Envelope, Event
from services.shared.clock import Clock
from services.shared.database import Database
from services.shared.event_log import Cause, append_copies, append_said
from services.shared.history import HistoryNote, append_history
from services.shared.tables import HistoryRow

LOG_LOCK = 0x52415649  # "RAVI": held from the first appended line until the commit


@dataclass
class Work:
    """What a transaction has gathered so far and will write as its last act before it commits."""

    clock: Clock
    cause: Cause
    said: list[tuple[Cause, Event, datetime]] = field(default_factory=list)
    noted: list[tuple[Cause, HistoryNote]] = field(default_factory=list)
    copies: list[tuple[Envelope, str]] = field(default_factory=list)

    def mark(self) -> tuple[int, int]:
        """Return a mark to go back to if a savepoint is undone."""
        return len(self.said), len(self.noted)

    def back_to(self, mark: tuple[int, int]) -> None:
        """Forget what was said and noted since the mark."""
        del self.said[mark[0] :]
        del self.noted[mark[1] :]


def work_of(session: AsyncSession) -> Work:
    """Return the unit of work of a session; raises `LookupError` outside `transaction(...)`."""
    if "work" not in session.info:
        raise LookupError("this session was not opened by transaction(...): nothing can be said in it")
    return cast(Work, session.info["work"])


@asynccontextmanager
async def transaction(database: Database, clock: Clock, cause: Cause) -> AsyncIterator[AsyncSession]:
    """Give a session whose rows, history and events are committed together when the block ends well.

    The log is appended last, under one lock that is held until the commit, so that positions are in the order
    of commits and a reader never misses a late one (docs/decisions/0002).
    """
    async with database.reading() as session:
        work = Work(clock=clock, cause=cause)
        session.info["work"] = work
        yield session
        if work.said or work.noted or work.copies:
            await session.flush()
            await session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOG_LOCK})
            await append_history(session, work.noted, clock.now(), database.evidence_key)
            await append_said(session, work.said, clock.now(), database.evidence_key)
            await append_copies(session, work.copies, clock.now(), database.evidence_key)
        await session.commit()


def say(event: Event, session: AsyncSession, *, at: datetime | None = None, urgent: bool = False) -> None:
    """Say that something happened: appended to the event log when the transaction commits, or never.

    `at` is when it happened, if that is not now. What is `urgent`, and all that comes of it, is heard first.
    """
    work = work_of(session)
    cause = replace(work.cause, urgent=True) if urgent else work.cause
    work.said.append((cause, event, at or work.clock.now()))


def say_again_for(service: str, envelope: Envelope, session: AsyncSession) -> None:
    """Append a copy of an event for one service alone: how a message leaves quarantine."""
    work_of(session).copies.append((envelope, service))


def note(session: AsyncSession, record: str, action: str, **details: Any) -> None:
    """Keep who did what to a record in the history that all services read: plain words and ids, nothing restricted."""
    work = work_of(session)
    work.noted.append((work.cause, HistoryNote(record=record, action=action, details=details)))


def note_apart(session: AsyncSession, history: type[HistoryRow], record: str, action: str) -> None:
    """Keep who did what to a record in a history that only its own service reads: that there was one is secret."""
    work = work_of(session)
    work.noted.append((work.cause, HistoryNote(record=record, action=action, kept_in=history)))


def moment(session: AsyncSession) -> datetime:
    """Return the time now, by the clock of the transaction."""
    return work_of(session).clock.now()


def happened_at(session: AsyncSession) -> datetime:
    """Return when the event being handled happened: what handlers compare, never when it arrived."""
    work = work_of(session)
    return work.cause.happened_at or work.clock.now()


def cause_of(session: AsyncSession) -> Cause:
    """Return on whose behalf and because of which event the transaction runs."""
    return work_of(session).cause
