"""A long list, a page at a time: which lines this page holds, how many there are, and the way to the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

PAGE_SIZE = 50
Line = TypeVar("Line")


@dataclass(frozen=True)
class Page:
    """One page of a list: its number from 1, how many lines a page holds, and how many lines there are in all."""

    number: int
    total: int
    size: int = PAGE_SIZE

    @property
    def offset(self) -> int:
        """How many lines stand before this page."""
        return (self.number - 1) * self.size

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // self.size))

    @property
    def words(self) -> str:
        """Which lines of how many stand here: "51 to 100 of 206"."""
        first, until = self.offset + 1, min(self.offset + self.size, self.total)
        return f"{first:,} to {until:,} of {self.total:,}" if until > first else f"{until:,} of {self.total:,}"


@dataclass(frozen=True)
class Listed(Generic[Line]):
    """The lines of one page of a list, and which page it is."""

    page: Page
    lines: Sequence[Line]


def page_of(number: int, total: int, size: int = PAGE_SIZE) -> Page:
    """Return the page asked for, or the last one of a list that has become shorter since."""
    return Page(min(max(number, 1), Page(1, total, size).last), total, size)


FIRST = Page(1, 0)
