"""Health: is the process alive, can it do its work, and the numbers Prometheus reads."""

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.shared.identity import anyone
from services.shared.quarantine import count_waiting
from services.shared.service import Tools
from services.shared.telemetry import QUARANTINE_WAITING


def health_router(tools: Tools, stopped: Callable[[], list[str]]) -> APIRouter:
    """Return the routes of health; `stopped` names the consumers that stopped themselves."""
    router = APIRouter(tags=["health"], dependencies=[anyone()])
    seen: set[str] = set()

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        """Say that the process answers."""
        return {"status": "live"}

    @router.get("/health/ready")
    async def ready(request: Request) -> Response:
        """Say whether the database answers and every consumer works, naming what does not."""
        problems = [f"consumer {name} stopped after a run of failures" for name in stopped()]
        try:
            await tools.database.ping()
        except Exception:
            problems.append("the database does not answer")
        return JSONResponse({"ready": not problems, "problems": problems}, 503 if problems else 200)

    @router.get("/metrics")
    async def metrics() -> Response:
        """Return the metrics; nothing in them is about a person or a premises."""
        async with tools.database.reading() as session:
            waiting = await count_waiting(session)
        for name in seen - waiting.keys():
            QUARANTINE_WAITING.labels(name).set(0)
        for name, count in waiting.items():
            QUARANTINE_WAITING.labels(name).set(count)
        seen.update(waiting)
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router
