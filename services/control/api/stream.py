"""The live stream: server-sent events, one for every change to what is shown, none missed by coming back."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse

from schemas.control import ControlShown, DangerShown, IncidentChanged, PersonsAtRiskChanged
from services.control.api.live import TOPICS, LiveFeed, Watcher
from services.control.rules.rights import BOARD_READERS, READERS
from services.shared.clock import Clock
from services.shared.event_log import LoggedEvent, read_after
from services.shared.identity import Person, identify, may
from services.shared.service import Tools

NAMES = {
    ControlShown.topic: "changed",
    DangerShown.topic: "danger",
    IncidentChanged.topic: "incident",
    PersonsAtRiskChanged.topic: "persons-at-risk",
}
HEARTBEAT_S = 15.0
# Whoever missed more than this loads the page again rather than hear of each.
MOST_MISSED = 500
STREAM: dict[str, Any] = {"description": "The stream", "content": {"text/event-stream": {"schema": {"type": "string"}}}}
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def stream_router(tools: Tools, feed: LiveFeed) -> APIRouter:
    """Return the route of the live stream."""
    router = APIRouter(prefix="/api/v1/control", tags=["control"])

    @router.get("/stream", response_class=StreamingResponse, responses={200: STREAM})
    async def stream(
        request: Request,
        last_event_id: Annotated[str, Header(max_length=18)] = "",
        after: Annotated[
            int | None, Query(ge=0, le=10**18, description="a position: what came after it is told first")
        ] = None,
        person: Person = may(*READERS),
    ) -> StreamingResponse:
        """Tell every change to what is shown; each id is a position to come back to.

        `event: changed` is a record, `event: danger` a danger whose address is not settled, or is settled now,
        `event: incident` an incident that was opened, changed or closed; `event: persons-at-risk`, to those who may
        read it alone, that the board of an incident has something new, and not what.
        """
        position = int(last_event_id) if last_event_id.isdecimal() else after
        telling = _tell(request, tools, feed, position, person)
        return StreamingResponse(telling, media_type="text/event-stream", headers=HEADERS)

    return router


async def _tell(
    request: Request, tools: Tools, feed: LiveFeed, position: int | None, person: Person
) -> AsyncIterator[str]:
    topics = [topic for topic in TOPICS if topic != PersonsAtRiskChanged.topic or person.has(*BOARD_READERS)]
    watcher = feed.watch()
    try:
        yield _heartbeat(tools.clock)
        sent = position or 0
        if position is not None:
            missed = await _missed(tools, position, topics)
            if len(missed) > MOST_MISSED:
                yield "event: reload\ndata: {}\n\n"
                sent = missed[-1].position
            else:
                for change in missed:
                    sent = change.position
                    yield _changed(change)
        while not watcher.cut_off:
            next_change = await _next(watcher, HEARTBEAT_S)
            if next_change is None:
                if await identify(request) is None:
                    return
                yield _heartbeat(tools.clock)
            elif next_change.position > sent and next_change.envelope.topic in topics:
                yield _changed(next_change)
    finally:
        feed.leave(watcher)


async def _missed(tools: Tools, position: int, topics: Sequence[str]) -> list[LoggedEvent]:
    async with tools.database.reading() as session:
        found = await read_after(session, position, topics=topics, limit=MOST_MISSED + 1)
    return [change for change in found if change.only_for is None]


async def _next(watcher: Watcher, wait_s: float) -> LoggedEvent | None:
    try:
        return await asyncio.wait_for(watcher.waiting.get(), wait_s)
    except TimeoutError:
        return None


def _heartbeat(clock: Clock) -> str:
    return f"event: heartbeat\ndata: {clock.now().isoformat()}\n\n"


def _changed(change: LoggedEvent) -> str:
    return f"id: {change.position}\nevent: {NAMES[change.envelope.topic]}\ndata: {change.envelope.body.decode()}\n\n"
