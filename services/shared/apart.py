"""The readers' process: a second process that hears while the first one answers, so that both cores are used.

It is started, handed its settings and asked how it is over one socket, and ends when that is closed, however it was.
"""

import asyncio
import atexit
import json
import logging
import os
import socket
import subprocess
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, replace
from multiprocessing.context import ForkProcess
from pathlib import Path
from time import monotonic
from typing import Any

from services.shared.settings import Settings

logger = logging.getLogger(__name__)

COMMAND = "readers"
READY, STATE, METRICS = "ready", "state", "metrics"
PATIENCE_S = 5.0
ENDS_WITHIN_S = 20.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 10.0
LONG_LIFE_S = 60.0
LARGEST = 16 * 1024 * 1024  # bytes of one answer: all figures of a process are some ten thousand
STARTING = "the readers' process is starting: what is sent is kept, and not passed on yet"
SILENT = "the readers' process does not answer: what is sent is kept, and not passed on"


class Absent(Exception):
    """The readers' process has not started yet, has ended, or does not answer; says which, in plain words."""


class ReadersApart:
    """The readers' process as the first process sees it: started, started again when it ends, asked, stopped."""

    def __init__(self, settings: Settings, database: str, *, log_level: str = "INFO") -> None:
        handed = asdict(replace(settings, database=database))
        self._hello = json.dumps({"settings": handed, "log_level": log_level}, default=str).encode() + b"\n"
        self._line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._waiting: deque[asyncio.Future[Any]] = deque()
        self._stopping = asyncio.Event()
        self.is_ready = asyncio.Event()

    @asynccontextmanager
    async def running(self, early: "EarlyBird | None" = None) -> AsyncIterator[None]:
        """Run it for the length of a block; `early` is one that was started before its settings were known."""
        minding = asyncio.create_task(self._mind(early or EarlyBird()), name="the readers' process")
        try:
            yield
        finally:
            self._stopping.set()
            if self._line is not None:
                self._line[1].close()
            await minding

    async def state(self) -> list[str]:
        """Return the names of the consumers that stopped themselves; raises `Absent`."""
        return list(await self._ask(STATE))

    async def metrics(self) -> list[dict[str, Any]]:
        """Return its figures (see services/shared/figures.py); raises `Absent`."""
        return list(await self._ask(METRICS))

    async def _ask(self, what: str) -> Any:
        if self._line is None or not self.is_ready.is_set():
            raise Absent(STARTING)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append(answer)
        try:
            self._line[1].write(json.dumps(what).encode() + b"\n")
            return await asyncio.wait_for(answer, PATIENCE_S)
        except (TimeoutError, OSError):
            raise Absent(SILENT) from None

    async def _mind(self, child: "EarlyBird") -> None:
        """See that it runs until it is to stop."""
        pause_s = FIRST_PAUSE_S
        while True:
            began = monotonic()
            try:
                await self._live(child)
            except Exception:
                logger.exception("the readers' process could not be talked to")
            self._forget()
            status = await asyncio.to_thread(child.end)
            if self._stopping.is_set():
                return
            if monotonic() - began > LONG_LIFE_S:
                pause_s = FIRST_PAUSE_S
            logger.error("the readers' process has ended (%d); starting it again in %.1f s", status, pause_s)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause_s)
                return
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
            child = await asyncio.to_thread(EarlyBird)

    def _forget(self) -> None:
        """Have nobody wait for one that has ended."""
        self._line = None
        self.is_ready.clear()
        while self._waiting:
            if not (waits := self._waiting.popleft()).done():
                waits.set_exception(Absent(SILENT))

    async def _live(self, child: "EarlyBird") -> None:
        """Hand it its settings and take in what it says until it ends or is to stop."""
        reader, writer = await asyncio.open_unix_connection(sock=child.line, limit=LARGEST)
        try:
            if self._stopping.is_set():
                return
            self._line = reader, writer
            writer.write(self._hello)
            with suppress(OSError):
                while said := await reader.readline():
                    self._take_in(json.loads(said))
        finally:
            writer.close()

    def _take_in(self, answer: Any) -> None:
        if answer == READY:
            self.is_ready.set()
        elif not (waits := self._waiting.popleft()).done():  # who waits no longer is passed over
            waits.set_result(answer)


class EarlyBird:
    """The readers' process as it was started, before it has been handed anything.

    The first is forked from a process that has imported the product and done nothing else yet; one that takes the place
    of another is started anew, as what would be forked then has threads, connections and locks.
    """

    def __init__(self, work: Callable[[socket.socket], None] | None = None) -> None:
        self.line, theirs = socket.socketpair()
        with theirs:
            self._process = self._started(theirs) if work is None or has_threads() else self._forked(work, theirs)

    def end(self) -> int:
        """Wait until it has ended by itself, or end it when it does not; return how it ended."""
        if isinstance(self._process, ForkProcess):
            self._process.join(ENDS_WITHIN_S)
            if self._process.exitcode is None:
                self._process.kill()
                self._process.join()
            return self._process.exitcode or 0
        try:
            return self._process.wait(ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    # A group of its own either way: Ctrl-C is for the first process, which stops this one in order.

    def _started(self, theirs: socket.socket) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "services", COMMAND]
        return subprocess.Popen(command, stdin=theirs.fileno(), start_new_session=True)

    def _forked(self, work: Callable[[socket.socket], None], theirs: socket.socket) -> ForkProcess:
        process = ForkProcess(target=_live_apart, args=(work, theirs, self.line), name=COMMAND, daemon=True)
        process.start()
        atexit.register(self.line.close)  # it ends by that alone, and whoever ends waits for it
        return process


def _live_apart(work: Callable[[socket.socket], None], line: socket.socket, of_the_first: socket.socket) -> None:
    of_the_first.close()  # or it would never see that the first process has ended
    os.setsid()
    Path("/proc/self/comm").write_text(f"ravi {COMMAND}")
    work(line)


def has_threads() -> bool:
    """Return whether this process may run more than one thread: then it is not forked."""
    tasks = Path("/proc/self/task")
    return not tasks.is_dir() or len(os.listdir(tasks)) > 1


def settings_handed(hello: bytes) -> tuple[Settings, str]:
    """Return the settings and the level of logging that a readers' process was handed."""
    handed = json.loads(hello)
    given = handed["settings"]
    folders = {name: Path(given[name]) for name in ("data_dir", "heads_dir", "media_dir") if given[name] is not None}
    return Settings(**given | folders), handed["log_level"]
