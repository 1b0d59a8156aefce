"""A watchdog over the event loop: whatever holds it, holds every page and alarm, so it is reported by its route.

Each step of each task is timed: what holds the loop also holds a watching thread (a regular expression does not let
go), so that looking from outside would come too late to see who it was.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Coroutine, Generator
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from typing import Any

from starlette.types import Scope

from services.shared.telemetry import LOOP_BLOCKED, LOOP_LAG

logger = logging.getLogger(__name__)

LONGEST_STEP_S = 0.25
BEAT_S = 0.1
NO_ROUTE = "an address that is no route"
NOT_SEEN = "something outside our tasks"

# The request that a task works for; tasks that it starts work for it too.
_request: ContextVar[Scope | None] = ContextVar("watched_request", default=None)


def watch_request(scope: Scope) -> None:
    """Note which request this task works for, so that it can be reported by it."""
    _request.set(scope)


def route_of(scope: Scope) -> str:
    """Return method and template of a request's route, never its address: that may hold what is nobody's business."""
    template = getattr(scope.get("route"), "path", None)
    return f"{scope['method']} {template}" if template else NO_ROUTE


class _Watched(Coroutine[Any, Any, Any]):
    """A coroutine each of whose steps is timed; in all else the one it stands for."""

    def __init__(self, watched: Coroutine[Any, Any, Any], watchdog: "Watchdog", name: str) -> None:
        self._watched = watched
        self._watchdog = watchdog
        self.__name__ = name

    def send(self, value: Any) -> Any:
        began = time.perf_counter()
        try:
            return self._watched.send(value)
        finally:
            self._watchdog.took(time.perf_counter() - began, self.__name__)

    def throw(self, *failure: Any) -> Any:
        began = time.perf_counter()
        try:
            return self._watched.throw(*failure)
        finally:
            self._watchdog.took(time.perf_counter() - began, self.__name__)

    def close(self) -> None:
        self._watched.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._watched.__await__()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._watched, name)


class Watchdog:
    """What holds the event loop of this process, and for how long."""

    def __init__(self) -> None:
        self._reported_s = 0.0

    def took(self, seconds: float, coroutine: str) -> None:
        """Report a step if it held the loop too long: by its request's route, its task's name, or its function's."""
        if seconds < LONGEST_STEP_S:
            return
        scope, task = _request.get(), asyncio.current_task()
        name = task.get_name() if task else coroutine
        self._report(seconds, route_of(scope) if scope else coroutine if name.startswith("Task-") else name)

    def _report(self, seconds: float, held_by: str) -> None:
        self._reported_s += seconds
        LOOP_BLOCKED.labels(held_by).inc()
        logger.warning("the event loop was held for %.0f ms by %s: nothing else was answered", seconds * 1000, held_by)

    async def beat(self) -> None:
        """Measure how late the loop is, for ever; report what no step explains."""
        while True:
            due = time.perf_counter() + BEAT_S
            self._reported_s = 0.0
            await asyncio.sleep(BEAT_S)
            late = time.perf_counter() - due
            LOOP_LAG.observe(max(0.0, late))
            if late - self._reported_s > LONGEST_STEP_S and self._reported_s == 0.0:
                self._report(late, NOT_SEEN)

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Watch the running loop until the block ends: every task that begins from now on."""
        loop = asyncio.get_running_loop()

        def make(loop: asyncio.AbstractEventLoop, coroutine: Any, **how: Any) -> asyncio.Task[Any]:
            watched = _Watched(coroutine, self, getattr(coroutine, "__qualname__", "a task"))
            return asyncio.Task(watched, loop=loop, **how)

        before = loop.get_task_factory()
        loop.set_task_factory(make)
        beating = asyncio.create_task(self.beat(), name="watchdog")
        try:
            yield
        finally:
            loop.set_task_factory(before)
            beating.cancel()
            with suppress(asyncio.CancelledError):
                await beating
