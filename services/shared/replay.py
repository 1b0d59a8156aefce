"""Replay: deliver the log again from a point in time, for a service that was away, mended or rebuilt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.shared.clock import Clock, SetClock
from services.shared.database import Database, is_out_of_reach
from services.shared.event_log import Cause, read_after
from services.shared.inbox import forget
from services.shared.messaging.delivery import deliver_apart, failure_of
from services.shared.quarantine import put_in_quarantine, raw_copy
from services.shared.service import Service
from services.shared.transactions import transaction

BATCH = 200


@dataclass
class Replayed:
    """What a replay did for one service."""

    service: str
    delivered: int = 0
    already_done: int = 0
    quarantined: int = 0


async def replay(
    service: Service,
    database: Database,
    clock: Clock,
    position: int,
    *,
    topics: Sequence[str] | None = None,
    again: bool = False,
) -> Replayed:
    """Deliver to a service every event it hears after a position, and return the counts.

    What the service has already dealt with is passed over, unless `again` makes it forget: for rebuilding. It then
    deals with each event as at the time at which it first did, or at that of the event where nobody knows any more.
    """
    done = Replayed(service.name)
    heard = [topic for topic in service.handlers if topics is None or topic in topics]
    while heard:
        cause = Cause(service.name, "replay", "replay")
        async with transaction(database, clock, cause) as work:
            events = await read_after(work, position, topics=heard, limit=BATCH)
            heard_at: dict[UUID, datetime] = {}
            if again:
                heard_at = await forget(work, service.name, [event.envelope.id for event in events])
            for event in events:
                if event.only_for not in (None, service.name):
                    continue
                if again:  # what it keeps of the time is the time at which it first dealt with this
                    at = heard_at.get(event.envelope.id, event.envelope.time)
                    work.clock = SetClock(at)
                try:
                    first = await deliver_apart(service, event.envelope, work)
                    done.delivered += first
                    done.already_done += not first
                except Exception as problem:
                    if is_out_of_reach(problem):
                        raise
                    work.clock = clock
                    raw = raw_copy(event.envelope, f"replay of event log {event.position}")
                    await put_in_quarantine(work, service.name, raw, failure_of(problem))
                    done.quarantined += 1
        if not events:
            break
        position = events[-1].position
    return done
