"""What a service keeps can be held against what was said: each service says how, and names what differs."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession

MOST_NAMED = 20


@dataclass(frozen=True)
class Broken:
    """One thing that is not as it was kept: in which table, at which line, what it concerns, and how it shows."""

    where: str
    at: int | None
    about: str
    what: str

    def __str__(self) -> str:
        place = self.where if self.at is None else f"{self.where}, entry {self.at}"
        return f"{place}{f' ({self.about})' if self.about else ''}: {self.what}"


Evidence = Callable[[AsyncSession], Awaitable[Sequence[Broken]]]
