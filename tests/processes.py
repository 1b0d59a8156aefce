"""Processes of the product that tests start, wait for, ask to stop and kill.

They come from the nursery of the run, where there is one; `TESTS_NURSERY=none` starts each as an operator does instead,
with `python -m services`, as do the tests that are about just that.
"""

import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from tests import nursery
from tests.benchmarks.child import Child, Started

ROOT = Path(__file__).parents[1]
PLACE = "TESTS_NURSERY"
NONE = "none"
Stream = int | IO[Any]


def open_nursery(folder: Path) -> Callable[[], None]:
    """Start the nursery of a run, which is asked at a socket in a folder; return what ends it.

    Where it cannot be, or is not wanted, nothing is started, and each process imports the product itself.
    """
    if os.environ.get(PLACE) == NONE or not hasattr(os, "pidfd_open"):
        return lambda: None
    place = str(folder / "nursery")
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening:
        listening.bind(place)
        listening.listen()
        number = listening.fileno()
        # One thread: the library of linear algebra would start as many as there are processors.
        process = subprocess.Popen(
            [sys.executable, "-m", nursery.__name__, str(number)], cwd=ROOT, pass_fds=[number], stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL, env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        )  # fmt: skip
    os.environ[PLACE] = place

    def close() -> None:
        os.environ.pop(PLACE, None)
        if process.stdin is not None:
            process.stdin.close()
        process.wait(30)

    return close


class Forked:
    """A process that the nursery has forked; it is waited for and stopped as any other."""

    def __init__(self, words: tuple[str, ...], environment: Mapping[str, str], folder: Path, *streams: Stream) -> None:
        self.args = words
        self.returncode: int | None = None
        request = {"words": words, "environment": dict(environment), "folder": str(folder)}
        numbers = [stream if isinstance(stream, int) else stream.fileno() for stream in streams]
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as asking:
            asking.connect(os.environ[PLACE])
            socket.send_fds(asking, [json.dumps(request).encode()], numbers)
            answer, handles, _, _ = socket.recv_fds(asking, 32, 1)
            if not handles:
                raise RuntimeError("the nursery has ended: what it says on stderr tells why")
            self.pid, (self._handle,), self._line = int(answer), handles, asking.detach()

    def poll(self) -> int | None:
        """Return how it ended, None if it has not."""
        return self._look(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it ends and return how; raises `TimeoutExpired` if it has not by then."""
        ended = self._look(None if timeout is None else timeout * 1000)
        if ended is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return ended

    def _look(self, patience_ms: float | None) -> int | None:
        if self.returncode is None:
            ends = select.poll()
            ends.register(self._handle, select.POLLIN)
            if ends.poll(patience_ms):
                self.returncode = int(os.read(self._line, 16))
        return self.returncode

    def send_signal(self, sig: int) -> None:
        """Send it a signal, unless it has ended; no other process can be meant, even if it is given its number."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, sig)

    def terminate(self) -> None:
        """Ask it to stop."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def __del__(self) -> None:
        for number in (getattr(self, "_handle", None), getattr(self, "_line", None)):
            if number is not None:
                os.close(number)


def start(
    words: tuple[str, ...], environment: Mapping[str, str], *, stdin: Stream | None = None, stdout: Stream,
    stderr: Stream, folder: Path = ROOT,
) -> Started:  # fmt: skip
    """Start `ravi` with some words and an environment of its own, without waiting for it."""
    with Path(os.devnull).open("rb") as nothing:
        given = nothing if stdin is None else stdin
        if os.environ.get(PLACE, NONE) != NONE:
            return Forked(words, environment, folder, given, stdout, stderr)
        command = [sys.executable, "-m", "services", *words]
        return subprocess.Popen(command, env=environment, cwd=folder, stdin=given, stdout=stdout, stderr=stderr)


def run(
    words: tuple[str, ...], environment: Mapping[str, str], *, folder: Path = ROOT, timeout: float = 300
) -> "subprocess.CompletedProcess[str]":
    """Run `ravi` with some words to its end and return how it ended and what it printed."""
    with TemporaryFile() as printed, TemporaryFile() as said:
        process = start(words, environment, stdout=printed, stderr=said, folder=folder)
        try:
            process.wait(timeout)
        finally:
            process.kill()
            process.wait(10)
        texts = []
        for file in (printed, said):
            file.seek(0)
            texts.append(file.read().decode())
    return subprocess.CompletedProcess(words, process.returncode or 0, *texts)


def start_forked(words: tuple[str, ...], environment: Mapping[str, str], log: IO[bytes]) -> Started:
    """Start `ravi` with some words, from the nursery if there is one, and let it print to a file."""
    return start(words, environment, stdout=log, stderr=log)


def a_child(folder: Path, database: str, *command: str) -> Child:
    """Return a `ravi …` that runs on a data folder and a database, and whose port is its own."""
    return Child(folder, database, *command, start=start_forked)
