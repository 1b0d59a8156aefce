"""The readers' process of `ravi run`: hears what was said, deals with it and does what falls due; serves no pages."""

import asyncio
import json
import os
import signal
import socket
import stat
import sys
from collections.abc import Callable
from typing import Any

from services.command_line.wiring import SERVICES, prepare
from services.shared.apart import LARGEST, METRICS, READY, STATE, settings_handed
from services.shared.figures import own_figures
from services.shared.process import Part, Process
from services.shared.stopping import REQUESTS
from services.shared.telemetry import configure_logging
from services.shared.watchdog import Watchdog


def readers() -> None:
    """Run the readers of `ravi run`, which starts this by itself and talks to it on stdin."""
    if not stat.S_ISSOCK(os.fstat(sys.stdin.fileno()).st_mode):
        raise ValueError("`ravi run` starts this by itself: run that")
    hear(socket.socket(fileno=os.dup(sys.stdin.fileno())))


def hear(line: socket.socket) -> None:
    """Be the readers' process until the line to the first process is closed, at whichever end."""
    for request in REQUESTS:  # whoever started it says when to stop, by closing the line, and ends by closing it too
        signal.signal(request, signal.SIG_IGN)
    asyncio.run(_serve(line))


async def _serve(line: socket.socket) -> None:
    reader, writer = await asyncio.open_unix_connection(sock=line, limit=LARGEST)
    hello = await reader.readline()
    if not hello.endswith(b"\n"):
        return  # whoever started it went away before it was ready
    settings, level = settings_handed(hello)
    configure_logging(level=level)
    tools = await asyncio.to_thread(prepare, settings)
    services = [build(tools) for build in SERVICES.values()]
    process = Process(tools, services, relays=True, part=Part.READERS)
    async with Watchdog().watching(), process.running():
        _say(writer, READY)
        await _answer(reader, writer, {STATE: process.stopped, METRICS: own_figures})


async def _answer(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answers: dict[str, Callable[[], Any]]
) -> None:
    """Answer what is asked until the line is closed."""
    try:
        while asked := await reader.readline():
            _say(writer, answers[json.loads(asked)]())
    except OSError:
        return


def _say(writer: asyncio.StreamWriter, words: object) -> None:
    writer.write(json.dumps(words).encode() + b"\n")
