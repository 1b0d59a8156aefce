"""Doing together what several ask for at the same moment: one piece of work for all who wait, however many they are."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from services.shared.database import is_out_of_reach

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


@dataclass(frozen=True, eq=False)
class _Waiting(Generic[Asked, Answer]):
    """One who waits: what they ask, and where they are answered."""

    asked: Asked
    answer: "asyncio.Future[Answer]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Together(Generic[Asked, Answer]):
    """Does in one go what several ask for: whoever comes while work is under way goes with the next piece of it.

    At most `at_once` pieces are under way, and nobody waits for company. An answer that is an exception is raised to
    whoever asked. A piece of work that fails is done again for each who asked by themselves, so that one who spoils it
    spoils it for nobody else. Whoever goes away before their work begins is left out of it; after that it is finished
    without them.
    """

    def __init__(
        self, do: Callable[[Sequence[Asked]], Awaitable[Sequence[Answer | Exception]]], at_once: int = 1
    ) -> None:
        self._do = do
        self._at_once = at_once
        self._waiting: list[_Waiting[Asked, Answer]] = []
        self._working: set[asyncio.Task[None]] = set()

    async def __call__(self, asked: Asked) -> Answer:
        """Return the answer to what is asked."""
        mine: _Waiting[Asked, Answer] = _Waiting(asked)
        self._waiting.append(mine)
        if len(self._working) < self._at_once:
            self._working.add(asyncio.create_task(self._work(), name="what is done together"))
        return await mine.answer

    async def _work(self) -> None:
        served: Sequence[_Waiting[Asked, Answer]] = ()
        try:
            while self._waiting:
                served, self._waiting = self._waiting, []
                await self._serve([each for each in served if not each.answer.done()])
        except BaseException:
            for each in (*served, *self._waiting):  # nobody is left waiting by a process that stops
                each.answer.cancel()
            self._waiting = []
            raise
        finally:
            self._working = {each for each in self._working if each is not asyncio.current_task()}

    async def _serve(self, served: Sequence[_Waiting[Asked, Answer]]) -> None:
        if not served:
            return
        try:
            answers: Sequence[Answer | Exception] = await self._do([each.asked for each in served])
        except Exception as problem:
            if len(served) > 1 and not is_out_of_reach(problem):
                for each in served:
                    await self._serve([each])
                return
            answers = [problem] * len(served)
        for each, answer in zip(served, answers, strict=True):
            if each.answer.done():
                continue
            if isinstance(answer, Exception):
                each.answer.set_exception(answer)
            else:
                each.answer.set_result(answer)
