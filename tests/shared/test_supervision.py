"""Work that runs beside a process ends when the process is to stop, whatever it does at that moment."""

import asyncio

from services.shared.messaging.supervision import end_all


async def test_a_task_that_passes_over_its_cancellation_is_ended_all_the_same() -> None:
    """As `asyncio.wait_for` does when what it waits for comes in the same moment."""
    passed_over: list[bool] = []

    async def work() -> None:
        while not passed_over:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                passed_over.append(True)
        await asyncio.Event().wait()

    tasks = [asyncio.create_task(work()), asyncio.create_task(asyncio.sleep(0))]
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await end_all(tasks)
    assert passed_over
    assert tasks[0].cancelled()
