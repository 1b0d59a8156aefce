"""Delivering one event to one service: the same few lines whether it came straight from the log or through Kafka."""

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from time import perf_counter

from schemas.envelope import Envelope
from schemas.topics import BY_NAME
from schemas.upgrades import Unreadable, read
from services.shared.errors import NotYet, Refused
from services.shared.event_log import Cause
from services.shared.inbox import mark_heard
from services.shared.service import Handler, Service
from services.shared.telemetry import HANDLED, HANDLER_SECONDS
from services.shared.transactions import Heard, Work

logger = logging.getLogger(__name__)

# Pauses before each further try of a message that failed; after the last it goes to quarantine.
NOT_YET_PAUSES_S = (0.1, 0.3, 1.0, 3.0)
DEFECT_PAUSES_S = (0.05, 0.2)
# So many messages in a row to quarantine, and the consumer stops rather than drain the topic into it.
STOP_AFTER = 20


class Failing(StrEnum):
    """Why a message could not be dealt with."""

    UNREADABLE = "unreadable"
    REFUSED = "refused"
    NOT_YET = "not-yet"
    DEFECT = "defect"


@dataclass(frozen=True)
class Failure:
    """A failure in words for a person, and the pauses before each further try (none: quarantine at once)."""

    cause: Failing
    explanation: str
    pauses_s: tuple[float, ...] = ()


def failure_of(problem: Exception) -> Failure:
    """Return what a failure means. Our own defects are named by type only: their text may hold restricted values."""
    if isinstance(problem, Unreadable):
        return Failure(Failing.UNREADABLE, str(problem))
    if isinstance(problem, Refused):
        reasons = "; ".join(f"{reason.pointer}: {reason.reason}" for reason in problem.reasons)
        return Failure(Failing.REFUSED, f"{problem}{': ' + reasons if reasons else ''}")
    if isinstance(problem, NotYet):
        return Failure(Failing.NOT_YET, str(problem), NOT_YET_PAUSES_S)
    place = problem.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename.rpartition('services/')[2]}:{place.tb_lineno}" if place else "?"
    return Failure(Failing.DEFECT, f"a defect of ours: {type(problem).__name__} at {where}", DEFECT_PAUSES_S)


async def deliver(service: Service, envelopes: Sequence[Envelope], work: Work, *, reached: int | None = None) -> int:
    """Hand events to one service; return how many of them it had not dealt with before.

    Each handler is given all that is new to it, in order; handlers follow one another as the service declares them.
    A reader's cursor is moved on to the position it `reached` with them.
    If anything raises, the caller undoes the transaction: nothing of these events is left then, not even a mark.
    """
    new = await mark_heard(work, service.name, [envelope.id for envelope in envelopes], work.now, reached=reached)
    heard: dict[Handler, list[Envelope]] = {handler: [] for handler in service.handlers.values()}
    for envelope in envelopes:
        if envelope.id in new:
            new.remove(envelope.id)
            if envelope.topic not in service.handlers:
                raise Unreadable(f"{service.name} does not hear {envelope.topic}")
            heard[service.handlers[envelope.topic]].append(envelope)
    for handler, batch in heard.items():
        if batch:
            await _handle(service, handler, batch, work)
    return sum(len(batch) for batch in heard.values())


async def deliver_apart(service: Service, envelope: Envelope, work: Work) -> bool:
    """Hand one event to one service within a larger transaction; return False if it was dealt with before.

    Everything the handler did since is undone if it raises, and the failure is the caller's to judge.
    """
    mark = work.mark()
    try:
        async with work.begin_nested():
            return bool(await deliver(service, [envelope], work))
    except BaseException:
        work.back_to(mark)
        raise


async def _handle(service: Service, handler: Handler, batch: Sequence[Envelope], work: Work) -> None:
    heard = [Heard(read(envelope), _cause(service, envelope)) for envelope in batch]
    began, before = perf_counter(), work.by
    try:
        await handler(heard, work)
        await work.flush()
    finally:
        work.by = before
    each_s = (perf_counter() - began) / len(batch)
    for topic, count in Counter(envelope.topic for envelope in batch).items():
        HANDLED.labels(service.name, topic).inc(count)
        if not BY_NAME[topic].restricted:  # how long it took could tell what was in it
            HANDLER_SECONDS.labels(service.name, topic).observe(each_s)


def _cause(service: Service, envelope: Envelope) -> Cause:
    return Cause(
        source=service.name,
        actor=service.name,
        correlation_id=envelope.correlation_id,
        caused_by=envelope.id,
        happened_at=envelope.time,
        urgent=envelope.urgent,
    )


async def pause(seconds: float, stopping: asyncio.Event) -> None:
    """Wait so long, or until the process is told to stop."""
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return
