"""Turns: bounded at the work and in the waiting, what is urgent first, and whoever is refused told when to come."""

import asyncio
from contextlib import ExitStack, suppress

import pytest

from services.shared.turns import FEW, LONGEST_INSIDE_S, LONGEST_WAIT_S, Busy, Full, Turns


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


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


async def keep_busy(turns: Turns, clock: Clock, each_s: float, times: int) -> None:
    """Let as many work at a time as it takes to measure the pace, one of them ending every so many seconds."""
    workers = [Worker(turns, [], "") for _ in range(FEW)]
    await settle()
    for _ in range(times):
        clock.now += each_s
        first = workers.pop(0)
        first.may_end.set()
        await first.task
        workers.append(Worker(turns, [], ""))
        await settle()
    for worker in workers:
        clock.now += each_s
        worker.may_end.set()
        await worker.task


def let_in(turns: Turns, inside: ExitStack, *, urgent: bool = False) -> int:
    """Let in whoever is let in of a hundred, and return how many that were."""
    for number in range(100):
        try:
            inside.enter_context(turns.inside(urgent=urgent))
        except Busy:
            return number
    return 100


@pytest.mark.parametrize(("each_s", "may_come"), [(0.01, 64), (0.02, 51), (0.04, 26), (3.0, FEW)])
async def test_as_many_are_let_in_as_can_be_dealt_with_in_time_and_a_few_however_slow_it_goes(
    each_s: float, may_come: int
) -> None:
    clock = Clock()
    turns = Turns(32, 32, clock)
    await keep_busy(turns, clock, each_s, 400)
    with ExitStack() as inside:
        let = let_in(turns, inside)
        assert abs(let - may_come) <= 1
        assert let <= FEW or (let - 1) * each_s <= LONGEST_INSIDE_S
        assert turns.is_full


async def test_what_is_urgent_waits_for_what_is_urgent_alone_and_is_told_when_that_is_too_long() -> None:
    clock = Clock()
    turns = Turns(FEW, 32, clock)
    await keep_busy(turns, clock, 0.05, 400)
    began = list[str]()
    ordinary = [Worker(turns, began, "o") for _ in range(22)]
    await settle()
    assert 1 <= sum(worker.task.done() for worker in ordinary) <= 2, "too long for the last of them"
    urgent = [Worker(turns, began, "u", urgent=True) for _ in range(8)]
    await settle()
    refused = [worker.task.exception() for worker in urgent if worker.task.done()]
    assert 3 <= len(refused) <= 4
    assert all(isinstance(each, Full) for each in refused)
    for worker in [*ordinary, *urgent]:
        worker.may_end.set()
    await asyncio.gather(*[worker.task for worker in [*ordinary, *urgent]], return_exceptions=True)
    assert began[FEW:].index("o") == 8 - len(refused), "but for those at the work, all that is urgent came first"


def test_those_with_something_urgent_are_not_all_told_to_come_back_at_the_same_moment_either() -> None:
    turns = Turns(1, 0, Clock())
    waits = []
    with ExitStack() as inside:
        inside.enter_context(turns.inside())
        for _ in range(200):
            with pytest.raises(Full) as refused:
                inside.enter_context(turns.inside(urgent=True))
            waits.append(refused.value.retry_after_s)
    assert (waits[0], waits[-1]) == (1, 4)


async def test_turns_after_others_are_taken_one_at_a_time_while_others_are_many_or_may_still_come() -> None:
    clock, began = Clock(), list[str]()
    first = Turns(32, 0, clock)
    second = Turns(3, 3, clock, after=first)
    with ExitStack() as many:
        for _ in range(32):
            many.enter_context(first.inside())
        with pytest.raises(Busy) as told:
            many.enter_context(first.inside())
        workers = [Worker(second, began, str(number)) for number in range(5)]
        await settle()
        assert began == ["0"]
        refused = workers.pop().task.exception()
        assert isinstance(refused, Busy)
        assert refused.retry_after_s >= told.value.retry_after_s, "not before those who go first"
    assert first.is_busy, "who was told to come again has not come yet"
    workers[0].may_end.set()
    await settle()
    assert began == ["0", "1"]
    clock.now += told.value.retry_after_s
    workers[1].may_end.set()
    await settle()
    assert began == ["0", "1", "2", "3"], "nobody is expected any more"
    for worker in workers:
        worker.may_end.set()
    await asyncio.gather(*[worker.task for worker in workers])


def test_whoever_comes_back_each_time_is_not_expected_for_ever() -> None:
    clock = Clock()
    turns = Turns(1, 1, clock)
    with ExitStack() as many:
        for _ in range(FEW):
            with suppress(Busy):
                many.enter_context(turns.inside())
        told = []
        for _ in range(10_000):
            with pytest.raises(Busy) as refused:
                many.enter_context(turns.inside())
            told.append(refused.value.retry_after_s)
    assert max(told) == LONGEST_WAIT_S
    assert turns.is_busy
    clock.now += LONGEST_WAIT_S
    assert not turns.is_busy, "all who were told to come again could have come"


async def test_whoever_is_called_off_as_their_turn_comes_leaves_it_to_the_next() -> None:
    turns, began = Turns(1, 10), list[str]()
    first, gone, last = (Worker(turns, began, name) for name in ("first", "gone", "last"))
    await settle()
    first.may_end.set()
    last.may_end.set()
    while not first.task.done():
        await asyncio.sleep(0)
    gone.task.cancel()
    with suppress(asyncio.CancelledError):
        await gone.task
    async with asyncio.timeout(5):
        await last.task
    assert began[-1] == "last"


async def test_one_at_a_time_however_slow_is_not_taken_for_the_pace_of_many_together() -> None:
    clock = Clock()
    turns = Turns(32, 32, clock)
    for _ in range(20):
        alone = Worker(turns, [], "")
        await settle()
        clock.now += 0.5
        alone.may_end.set()
        await alone.task
    with ExitStack() as inside:
        assert let_in(turns, inside) > 3 * FEW
    for _ in range(20):
        together = [Worker(turns, [], "") for _ in range(20)]
        await settle()
        clock.now += 0.5
        for worker in together:
            worker.may_end.set()
            await worker.task
    with ExitStack() as inside:
        assert abs(let_in(turns, inside) - 41) <= 1, "40 a second"
