"""A small web application with the style guide, as the tests of our pages want it."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import uvicorn
from fastapi import FastAPI
from fastapi.responses import Response, StreamingResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.shared import problems
from services.shared.clock import SetClock
from services.shared.settings import Settings
from services.shared.web.pages import style_guide_router
from services.shared.web.security import SECURITY_HEADERS
from services.shared.web.static_files import static_files

NOW = datetime(2026, 11, 22, 14, 2, 31, tzinfo=UTC)
NAVIGATION = (
    ("Control", "/control"),
    ("Review", "/style-guide"),
    ("Referrals", "/referrals"),
    ("New visit", "/device"),
)


@dataclass(frozen=True)
class Somebody:
    """Whoever is signed in for a test."""

    name: str = "A. Operator"
    roles: tuple[str, ...] = ("risk-team",)


class Stream:
    """A live stream that a test, from its own thread, shuts and opens; `said` is what it says to a new listener."""

    def __init__(self) -> None:
        self.is_open = True
        self.said: list[str] = []
        self._listening: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def say(self) -> AsyncIterator[str]:
        """Say what there is to say, and hold the line until the stream is shut."""
        yield f"event: heartbeat\ndata: {NOW.isoformat()}\n\n"
        for message in self.said:
            yield f"event: changed\ndata: {message}\n\n"
        shut = asyncio.Event()
        self._listening.append((asyncio.get_running_loop(), shut))
        await shut.wait()

    def shut(self) -> None:
        """End every listener's stream, and refuse new ones."""
        self.is_open = False
        for loop, shut in self._listening:
            loop.call_soon_threadsafe(shut.set)
        self._listening.clear()


def pages_app(
    person: Somebody | None = None, environment: str = "local", clock: SetClock | None = None
) -> tuple[FastAPI, Stream]:
    """Return the application, and the live stream that it serves at /stream."""
    app = FastAPI()
    app.state.clock = clock or SetClock(NOW)
    app.state.settings = Settings(environment=environment)
    app.mount(static_files.mount, static_files)
    app.include_router(style_guide_router)
    problems.install(app)
    stream = Stream()

    @app.get("/stream")
    async def live() -> Response:
        if not stream.is_open:
            return Response(status_code=503)
        return StreamingResponse(stream.say(), media_type="text/event-stream")

    app.add_middleware(SignedInAs, person=person)
    return app, stream


class SignedInAs:
    """Signs this person in for every request, and gives every answer our safe headers."""

    def __init__(self, app: ASGIApp, person: Somebody | None) -> None:
        self.app = app
        self.person = person

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                safe = [(name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
                message["headers"] = [*message["headers"], *safe]
            await send(message)

        if scope["type"] == "http" and self.person:
            scope.setdefault("state", {}).update(
                person=self.person,
                csrf_token="token-of-this-session",
                navigation=[{"text": text, "href": href} for text, href in NAVIGATION],
            )
        await self.app(scope, receive, send_safely)


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """Serve the application on a free port of this machine, and give its address."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="off", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    started = threading.Event()
    while not server.started and thread.is_alive():
        started.wait(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        server.force_exit = True
        thread.join(timeout=10)
