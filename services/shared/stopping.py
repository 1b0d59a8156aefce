"""Being asked to stop: what is under way is put down in order, and nothing of ours is left running."""

import atexit
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

REQUESTS = (signal.SIGTERM, signal.SIGINT)
# What a shell reports for a program that SIGTERM ended.
ASKED_TO_STOP = 128 + signal.SIGTERM


def stop_in_order() -> None:
    """From now on let SIGTERM unwind the program as its own end does, so that all that waits for its end is done.

    Unheeded, SIGTERM ends the program on the spot: the embedded database would be left running.
    """
    signal.signal(signal.SIGTERM, _stop)


def _stop(_number: int, _frame: FrameType | None) -> None:
    sys.exit(ASKED_TO_STOP)


@contextmanager
def unhurried() -> Iterator[None]:
    """Do something that must not be left half done: requests to stop wait for the end of the block."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting: list[int] = []

    def wait(number: int, _frame: FrameType | None) -> None:
        waiting.append(number)

    before = {request: signal.signal(request, wait) for request in REQUESTS}
    try:
        yield
    finally:
        for request, handler in before.items():
            signal.signal(request, handler)
        for heard in waiting:
            signal.raise_signal(heard)


def heed_no_more_at_the_end() -> None:
    """Once the program is ending, heed no further request: the end is under way, and is not to be cut short."""
    if threading.current_thread() is threading.main_thread():
        atexit.register(_heed_no_more)


def _heed_no_more() -> None:
    for request in REQUESTS:
        signal.signal(request, signal.SIG_IGN)
