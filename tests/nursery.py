"""A process that has imported the product once, and forks from itself whatever a test wants started.

What it forks does what `python -m services` does from the first line of its `main` on, as a process of its own: with
the environment, the folder, the words and the three streams that were asked for, signals as Python sets them, and an
end of its own. It saves the import alone, which takes the processor two seconds and more.

It does nothing until it is first asked, runs no second thread (it looks, before it forks), and ends with the tests.
`tests.processes` is how a test asks it.
"""

import gc
import json
import os
import select
import signal
import socket
import sys
import tempfile
import time
from contextlib import suppress
from importlib import import_module

# A request is one message: the words, the environment and the folder, with stdin, stdout and stderr beside it. The
# answer is the number of the process with its `pidfd` beside it and, once it has ended, how.
LONGEST = 150_000
LIFELINE = 0
PRODUCT = "services.__main__"
# What commands import where they need it. Nothing of it looks at the environment, a clock or a database by itself.
ALSO = (
    "services.command_line.main",
    "alembic.command",
    "tests.benchmarks.control",
    "tests.benchmarks.match",
    "tests.benchmarks.pipeline",
    "tests.benchmarks.start",
    "services.shared.messaging.kafka",
    "services.shared.messaging.relay",
)


class Nursery:
    """The requests that come in and the processes that run."""

    def __init__(self, listening: socket.socket) -> None:
        self.listening = listening
        self.running: dict[int, tuple[int, socket.socket]] = {}
        self.is_ready = False
        self.poll = select.poll()
        for number in (LIFELINE, listening.fileno()):
            self.poll.register(number, select.POLLIN)

    def serve(self) -> bool:
        """Do what is asked until the tests have ended; returns True in each process that was forked."""
        while True:
            for number, _ in self.poll.poll():
                if number == LIFELINE:
                    self._end()
                    return False
                if number in self.running:
                    self._report(number)
                elif self._fork():
                    return True

    def _fork(self) -> bool:
        asking, _ = self.listening.accept()
        request, streams, _, _ = socket.recv_fds(asking, LONGEST, 3)
        self._make_ready()
        number = os.fork()
        if number == 0:
            for each in (asking, self.listening, *(one for _, one in self.running.values())):
                each.detach()  # closed below with all else; its object must not close what has the number later
            _become(json.loads(request), streams)
            return True
        handle = os.pidfd_open(number)
        with suppress(OSError):  # who asked has ended meanwhile
            socket.send_fds(asking, [str(number).encode()], [handle])
        for stream in streams:
            os.close(stream)
        self.running[handle] = number, asking
        self.poll.register(handle, select.POLLIN)
        return False

    def _make_ready(self) -> None:
        """Import the product, once; fails if that started a thread, as a fork would not have it."""
        if self.is_ready:
            return
        gc.disable()
        for module in (PRODUCT, *ALSO):
            import_module(module)
        gc.collect()
        gc.freeze()  # nothing forked looks through it again
        gc.enable()
        threads = os.listdir("/proc/self/task")
        if len(threads) != 1:
            raise RuntimeError(f"importing the product started {len(threads) - 1} threads: it cannot be forked")
        self.is_ready = True

    def _report(self, handle: int) -> None:
        number, asking = self.running.pop(handle)
        self.poll.unregister(handle)
        _, status = os.waitpid(number, 0)
        os.close(handle)
        with suppress(OSError), asking:
            asking.send(str(os.waitstatus_to_exitcode(status)).encode())

    def _end(self) -> None:
        for number, _ in self.running.values():
            os.kill(number, signal.SIGTERM)


def _become(request: dict[str, object], streams: list[int]) -> None:
    """Be the process that was asked for: nothing of the nursery's own is left but what it has imported."""
    for standard, stream in enumerate(streams):
        os.dup2(stream, standard)
    for name in os.listdir("/proc/self/fd"):
        if int(name) > 2:
            with suppress(OSError):
                os.close(int(name))
    os.chdir(str(request["folder"]))
    os.environ.clear()
    os.environ.update(dict(request["environment"]))  # type: ignore[call-overload]  # as JSON has it
    tempfile.tempdir = None
    time.tzset()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    product = sys.modules[PRODUCT]
    sys.modules["__main__"] = product
    sys.argv = [str(product.__file__), *list(request["words"])]  # type: ignore[call-overload]


def main() -> None:
    """Serve on the socket that was handed over; what is forked from here runs the product and ends as it does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the tests, and they end this
    if Nursery(socket.socket(fileno=int(sys.argv[1]))).serve():
        sys.modules[PRODUCT].main()


if __name__ == "__main__":
    main()
