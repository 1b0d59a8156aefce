"""Doing together: whoever comes meanwhile goes with the next, and nobody's failure or going away costs another's."""

import asyncio
from collections.abc import Sequence

import pytest

from services.shared.together import Together


class Work:
    """Doubles numbers, as slowly as the test wants; 0 is answered with a failure, and 13 spoils the whole of it."""

    def __init__(self) -> None:
        self.done: list[list[int]] = []
        self.may_end = asyncio.Event()
        self.failure: Exception = ZeroDivisionError("13 spoils it")
        self.together: Together[int, int] = Together(self._double)

    async def _double(self, numbers: Sequence[int]) -> list[int | Exception]:
        self.done.append(list(numbers))
        await self.may_end.wait()
        if 13 in numbers:
            raise self.failure
        return [2 * number or ValueError("nothing to double") for number in numbers]

    async def asked(self, *numbers: int) -> list[asyncio.Task[int]]:
        """Return the tasks of those who ask, each of whom has begun to wait."""
        tasks = [asyncio.create_task(self.together(number)) for number in numbers]
        for _ in range(5):
            await asyncio.sleep(0)
        return tasks


async def test_nobody_waits_for_company_and_whoever_comes_meanwhile_goes_with_the_next() -> None:
    work = Work()
    tasks = [*await work.asked(1), *await work.asked(2), *await work.asked(3, 4)]
    assert work.done == [[1]]
    work.may_end.set()
    assert await asyncio.gather(*tasks) == [2, 4, 6, 8]
    assert work.done == [[1], [2, 3, 4]]
    assert await work.together(5) == 10


async def test_an_answer_that_is_a_failure_is_raised_to_the_one_who_asked() -> None:
    work = Work()
    tasks = [*await work.asked(7), *await work.asked(0, 1)]
    work.may_end.set()
    first, refused, other = await asyncio.gather(*tasks, return_exceptions=True)
    assert (first, other) == (14, 2)
    assert isinstance(refused, ValueError)
    assert work.done == [[7], [0, 1]]


async def test_one_who_spoils_it_for_all_is_tried_alone_and_so_are_the_others() -> None:
    work = Work()
    tasks = [*await work.asked(7), *await work.asked(1, 13, 2)]
    work.may_end.set()
    _, one, spoilt, two = await asyncio.gather(*tasks, return_exceptions=True)
    assert (one, two) == (2, 4)
    assert isinstance(spoilt, ZeroDivisionError)
    assert work.done == [[7], [1, 13, 2], [1], [13], [2]]


async def test_what_is_out_of_reach_for_all_is_not_tried_again_for_each() -> None:
    work = Work()
    work.failure = ConnectionError("the database is away")
    tasks = [*await work.asked(7), *await work.asked(1, 13)]
    work.may_end.set()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert answers == [14, work.failure, work.failure]
    assert work.done == [[7], [1, 13]]


async def test_whoever_goes_away_is_left_out_and_costs_the_others_nothing() -> None:
    work = Work()
    begun, beside = await work.asked(1, 2)
    gone, stays = await work.asked(3, 4)
    begun.cancel()
    gone.cancel()
    work.may_end.set()
    assert [await beside, await stays] == [4, 8]
    assert begun.cancelled()
    assert gone.cancelled()
    assert work.done == [[1, 2], [4]]
    assert await work.together(5) == 10


async def test_nobody_is_left_waiting_when_all_is_stopped() -> None:
    work = Work()
    tasks = [*await work.asked(1), *await work.asked(2)]
    (working,) = [task for task in asyncio.all_tasks() if task.get_name() == "what is done together"]
    working.cancel()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(each, asyncio.CancelledError) for each in answers)
    work.may_end.set()
    with pytest.raises(ValueError, match="nothing to double"):
        await work.together(0)


async def test_two_pieces_of_work_may_be_under_way_and_the_rest_waits_for_one_of_them() -> None:
    begun: list[list[int]] = []
    gate = asyncio.Event()

    async def do(asked: Sequence[int]) -> Sequence[int]:
        begun.append(list(asked))
        await gate.wait()
        return asked

    together: Together[int, int] = Together(do, at_once=2)
    asking = []
    for number in range(4):
        asking.append(asyncio.create_task(together(number)))
        while not (begun and begun[-1] == [number]) and number < 2:
            await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert begun == [[0], [1]]
    gate.set()
    assert await asyncio.gather(*asking) == [0, 1, 2, 3]
    assert begun[2] == [2, 3]


async def test_whoever_comes_at_the_moment_at_which_the_work_ends_is_served_too() -> None:
    async def do(asked: Sequence[int]) -> Sequence[int]:
        return asked

    together: Together[int, int] = Together(do, at_once=2)
    async with asyncio.timeout(10):
        for first in range(0, 600, 3):
            assert await asyncio.gather(*(together(first + n) for n in range(3))) == [first, first + 1, first + 2]
            assert await together(-1) == -1
