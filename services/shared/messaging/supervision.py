"""Work that must not end by itself: what fails is noted and started again after a growing pause."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

logger = logging.getLogger(__name__)


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
