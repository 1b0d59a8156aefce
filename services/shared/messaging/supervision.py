"""Work that must not end by itself: what fails is noted and started again after a growing pause."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection

logger = logging.getLogger(__name__)

AGAIN_S = 0.5


async def end_all(tasks: Collection[asyncio.Task[None]]) -> None:
    """Cancel tasks until all of them have ended.

    Once may not be enough: `asyncio.wait_for` passes over a cancellation that comes at the moment at which what it
    waits for is there (until Python 3.12), and the task goes on.
    """
    left = {task for task in tasks if not task.done()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=AGAIN_S)


async def keep_running(name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Run some work until it ends well; if it fails, start it again."""
    pause_s = 0.2
    while True:
        try:
            await work()
            return
        except Exception as problem:
            logger.error("%s failed (%s); starting it again in %.1f s", name, type(problem).__name__, pause_s)
        await asyncio.sleep(pause_s)
        pause_s = min(pause_s * 2, 10.0)
