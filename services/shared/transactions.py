"""One unit of work: the rows, the history and the events of it are kept together or not at all."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from schemas.envelope import Envelope, Event
from services.shared.appending import append
from services.shared.clock import Clock
from services.shared.database import Database, Session
from services.shared.event_log import Cause
from services.shared.history import HistoryNote
from services.shared.tables import HistoryRow

Happened = TypeVar("Happened", covariant=True)


@dataclass(frozen=True)
class Heard(Generic[Happened]):
    """An event as a service hears it: what happened, and the cause that everything done about it will name."""

    event: Happened
    cause: Cause

    @property
    def happened_at(self) -> datetime:
        """Return when it happened: what handlers compare, never when it arrived."""
        if self.cause.happened_at is None:
            raise LookupError("an event that was heard has no time at which it happened")
        return self.cause.happened_at


class Work(Session):
    """A session that also gathers what is said and noted, and writes it as its last act before it commits.

    `by` says who acts, because of what; `clock` is the only one that anything done in it may ask.
    """

    def __init__(self, database: Database, clock: Clock, by: Cause) -> None:
        super().__init__(database.engine, expire_on_commit=False)
        self.clock = clock
        self.by = by
        self.said: list[tuple[Cause, Event, datetime]] = []
        self.noted: list[tuple[Cause, HistoryNote]] = []
        self.copies: list[tuple[Envelope, str]] = []

    @property
    def now(self) -> datetime:
        """Return the time now, by the clock of the work."""
        return self.clock.now()

    @property
    def happened_at(self) -> datetime:
        """Return when the event being handled happened: what handlers compare, never when it arrived."""
        return self.by.happened_at or self.now

    def say(self, event: Event, *, at: datetime | None = None, urgent: bool = False) -> None:
        """Say that something happened: appended to the event log when the work is committed, or never.

        `at` is when it happened, if that is not now. What is `urgent`, and all that comes of it, is heard first.
        """
        cause = replace(self.by, urgent=True) if urgent else self.by
        self.said.append((cause, event, at or self.now))

    def say_again_for(self, service: str, envelope: Envelope) -> None:
        """Append a copy of an event for one service alone: how a message leaves quarantine."""
        self.copies.append((envelope, service))

    def note(self, record: str, action: str, **details: Any) -> None:
        """Keep who did what to a record in the history that all read: plain words and ids, nothing restricted."""
        self.noted.append((self.by, HistoryNote(record=record, action=action, details=details)))

    def note_apart(self, history: type[HistoryRow], record: str, action: str) -> None:
        """Keep who did what to a record in a history that only its own service reads: that there was one is secret."""
        self.noted.append((self.by, HistoryNote(record=record, action=action, kept_in=history)))

    def in_turn(self, heard: Sequence[Heard[Happened]]) -> Iterator[Heard[Happened]]:
        """Go through what was heard, in order; what is said and noted about each names it as the cause."""
        before = self.by
        try:
            for each in heard:
                self.by = each.cause
                yield each
        finally:
            self.by = before

    def mark(self) -> tuple[int, int]:
        """Return a mark to go back to if a savepoint is undone."""
        return len(self.said), len(self.noted)

    def back_to(self, mark: tuple[int, int]) -> None:
        """Forget what was said and noted since the mark."""
        del self.said[mark[0] :]
        del self.noted[mark[1] :]


@asynccontextmanager
async def transaction(database: Database, clock: Clock, cause: Cause) -> AsyncIterator[Work]:
    """Give a unit of work whose rows, history and events are committed together when the block ends well.

    The log is appended last, under one lock that is held until the commit, so that positions are in the order
    of commits and a reader never misses a late one (docs/decisions/0002).
    """
    async with Work(database, clock, cause) as work:
        yield work
        if work.said or work.noted or work.copies:
            await work.flush()
            await append(work, work.said, work.noted, work.copies, at=work.now, key=database.evidence_key)
        await work.commit()
