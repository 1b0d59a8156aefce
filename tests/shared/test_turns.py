"""Turns: bounded at the work and in the waiting, what is urgent first, and whoever is refused told when to come."""

import asyncio
from contextlib import ExitStack

import pytest

from services.shared.turns import Busy, Turns


class Worker:
    """Somebody who comes in, waits for a turn, and works until told to stop."""

    def __init__(self, turns: Turns, began: list[str], name: str, *, urgent: bool = False) -> None:
        self.may_end = asyncio.Event()
        self._turns, self._began, self._name, self._urgent = turns, began, name, urgent
        self.task = asyncio.create_task(self._work())

    async def _work(self) -> None:
        with self._turns.inside(urgent=self._urgent):
            async with self._turns.turn(urgent=self._urgent):
                self._began.append(self._name)
                await self.may_end.wait()


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_what_is_urgent_goes_first_and_the_rest_in_the_order_in_which_it_came() -> None:
    turns, began = Turns(1, 10), list[str]()
    workers = [Worker(turns, began, name, urgent=name.startswith("u")) for name in ("a", "b", "c", "u1", "u2")]
    await settle()
    assert began == ["a"]
    for worker in workers:
        worker.may_end.set()
    await asyncio.gather(*[worker.task for worker in workers])
    assert began == ["a", "u1", "u2", "b", "c"]


async def test_never_more_are_at_the_work_or_inside_than_may_be() -> None:
    turns, began = Turns(2, 3), list[str]()
    workers = [Worker(turns, began, str(number)) for number in range(9)]
    urgent = [Worker(turns, began, f"u{number}", urgent=True) for number in range(9)]
    await settle()
    assert began == ["0", "1"]
    refused = [worker for worker in workers if worker.task.done()]
    assert (len(refused), len([worker for worker in urgent if worker.task.done()])) == (4, 6)
    assert all(isinstance(worker.task.exception(), Busy) for worker in refused)
    for worker in [*workers, *urgent]:
        worker.may_end.set()
    await asyncio.gather(*[worker.task for worker in [*workers, *urgent]], return_exceptions=True)
    assert began == ["0", "1", "u0", "u1", "u2", "2", "3", "4"]


async def test_whoever_goes_away_while_waiting_leaves_the_turn_to_the_next() -> None:
    turns, began = Turns(1, 10), list[str]()
    first, gone, last = (Worker(turns, began, name) for name in ("first", "gone", "last"))
    await settle()
    gone.task.cancel()
    await settle()
    first.may_end.set()
    await first.task
    await settle()
    last.may_end.set()
    await last.task
    again = Worker(turns, began, "again")
    await settle()
    assert began == ["first", "last", "again"]
    again.may_end.set()
    await again.task


def test_those_who_are_refused_are_not_all_told_to_come_back_at_the_same_moment() -> None:
    now = 0.0
    turns = Turns(1, 0, clock=lambda: now)
    waits = []
    with ExitStack() as inside:
        inside.enter_context(turns.inside())
        for _ in range(500):
            with pytest.raises(Busy) as refused:
                inside.enter_context(turns.inside())
            waits.append(refused.value.retry_after_s)
        with pytest.raises(Busy) as urgent:
            inside.enter_context(turns.inside(urgent=True))
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (1, 11)
    assert urgent.value.retry_after_s == 1
