"""Health: is the process alive, can it do its work, and the numbers Prometheus reads."""

import math
from collections.abc import Callable, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.shared.apart import Absent, ReadersApart
from services.shared.event_log import lags, last_position
from services.shared.figures import Together
from services.shared.heads import complaint_about_heads, last_head_at
from services.shared.identity import anyone
from services.shared.quarantine import count_waiting, waiting_since
from services.shared.service import Service, Tools, Trouble
from services.shared.telemetry import CURSOR_LAG, HANDLED, HEAD_AGE, LOG_POSITION, QUARANTINE_WAITING

_ANSWER = {
    "type": "object",
    "required": ["ready", "problems"],
    "properties": {"ready": {"type": "boolean"}, "problems": {"type": "array", "items": {"type": "string"}}},
}
READY: dict[str, Any] = {"description": "Ready", "content": {"application/json": {"schema": _ANSWER}}}
NOT_READY = {**READY, "description": "Not ready, and why"}


def health_router(
    tools: Tools, services: Sequence[Service], stopped: Callable[[], list[str]], apart: ReadersApart | None = None
) -> APIRouter:
    """Return the routes of health; `stopped` names the consumers that stopped themselves, here or `apart`."""
    router = APIRouter(tags=["health"], dependencies=[anyone()])
    seen: set[str] = set()
    topics_of: dict[str, tuple[str, ...]] = {}
    for service in services:
        topics_of[service.name] = tuple(service.handlers)
        for topic in service.handlers:
            HANDLED.labels(service.name, topic)  # a consumer that never joins is seen at 0, not missed

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        """Say that the process answers."""
        return {"status": "live"}

    @router.get("/health/ready", response_model=None, responses={200: READY, 503: NOT_READY})
    async def ready(request: Request) -> Response:
        """Say whether the database answers and every consumer works, naming what does not.

        What is only `degraded` leaves the status at 200, as what still works is not to be cut off for it: control shows
        records while nothing can be written.
        """
        problems = await _stopped(stopped, apart)
        degraded = [trouble for service in services for trouble in await service.troubles()]
        try:
            degraded += [*await _quarantines(tools, services), *await _heads(tools)]
        except Exception:
            problems.append("the database does not answer")
        body = {
            "ready": not problems,
            "problems": problems,
            "degraded": [{"part": one.part, "what": one.words, "since": one.since.isoformat()} for one in degraded],
        }
        return JSONResponse(body, 503 if problems else 200)

    @router.get("/metrics", response_class=PlainTextResponse)
    async def metrics() -> Response:
        """Return the metrics; nothing in them is about a person or a premises."""
        async with tools.database.reading() as session:
            waiting = await count_waiting(session)
            LOG_POSITION.set(await last_position(session))
            last = await last_head_at(session)
            HEAD_AGE.set((tools.clock.now() - last).total_seconds() if last else math.inf)
            for reader, lag in (await lags(session, topics_of)).items():
                CURSOR_LAG.labels(reader).set(lag)
        for name in seen - waiting.keys():
            QUARANTINE_WAITING.labels(name).set(0)
        for name, count in waiting.items():
            QUARANTINE_WAITING.labels(name).set(count)
        seen.update(waiting)
        return Response(generate_latest(Together(await _others(apart))), media_type=CONTENT_TYPE_LATEST)

    return router


async def _stopped(stopped: Callable[[], list[str]], apart: ReadersApart | None) -> list[str]:
    """Return which consumers have stopped, in words, and whether nobody can say because their process is absent."""
    names, problems = stopped(), []
    try:
        names = [*names, *(await apart.state() if apart else ())]
    except Absent as absent:
        problems.append(str(absent))
    return problems + [f"consumer {name} stopped after a run of failures" for name in names]


async def _others(apart: ReadersApart | None) -> list[dict[str, Any]]:
    """Return the figures of the readers' process; none while it is absent, which is for `/health/ready` to say."""
    try:
        return await apart.metrics() if apart else []
    except Absent:
        return []


async def _quarantines(tools: Tools, services: Sequence[Service]) -> list[Trouble]:
    """Return which services have messages in quarantine; not how many, nor of what."""
    async with tools.database.reading() as session:
        since = await waiting_since(session)
    words = "what could not be dealt with waits for a person on the page /quarantine"
    return [Trouble(f"quarantine of {one.name}", words, since[one.name]) for one in services if one.name in since]


async def _heads(tools: Tools) -> list[Trouble]:
    """Return that the last signed head of the log is too old, if it is."""
    now = tools.clock.now()
    words = await complaint_about_heads(tools.database, now)
    if words is None:
        return []
    async with tools.database.reading() as session:
        return [Trouble("signed heads of the log", words, await last_head_at(session) or now)]
