"""What a premises can be found by: every word written of it, the words of its names apart, each door of a range."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from services.control.rules.search_words import DOOR, NAME, plain, search_text, spelt_out

# A longer range is rather a number of something else.
LONGEST_RANGE = 300
_RANGE = re.compile(r"\b(\d{1,5})\s*[-–—/]\s*(\d{1,5})\b")


@dataclass(frozen=True)
class Findable:
    """The keys a premises is kept under; `words` are those of the index, marked ones among them."""

    name_key: str
    line_key: str
    order_key: str
    words: tuple[str, ...]


def findable(premises_id: str, name: str, address: str, postcode: str, other_names: Sequence[str] = ()) -> Findable:
    """Return what a premises can be found by, under all the names that it goes or went by.

    Policy: docs/interfaces.md, section 4: address, postcode, name, premises id; former and learnt names too.
    """
    names = [plain(each) for each in (name or building_in(address), *other_names)]
    words = set(search_text(" ".join((name, *other_names)), address, postcode, premises_id).split())
    words.add(plain(premises_id).lstrip("0") or "0")
    words |= {f"{NAME}{word}" for each in names for word in each.split()}
    words |= {f"{DOOR}{number}" for low, high in ranges_in(f"{name} {address}") for number in range(low, high + 1)}
    line = spelt_out(plain(address))
    return Findable(spelt_out(names[0]), line, in_order(line), tuple(sorted(words)))


def in_order(line: str) -> str:
    """Return a key that puts addresses by their words first and by their numbers after, 2 before 10.

    Policy: docs/interfaces.md, section 4: a street is listed door by door.
    """
    words = line.split()
    numbers = [f"{int(figures):07}" for figures in re.findall(r"\d+", line) if len(figures) < 8]
    return " ".join([*(word for word in words if word.isalpha()), *numbers])


def building_in(address: str) -> str:
    """Return the name that an address begins with: its first part, if more follows and it holds no figure.

    Policy: docs/interfaces.md, section 4: found by name.
    """
    first, comma, _ = address.partition(",")
    return first if comma and not any(sign.isdigit() for sign in first) else ""


def ranges_in(text: str) -> list[tuple[int, int]]:
    """Return the ranges of house numbers in a text, such as 12 to 60 of "12–60 King Street".

    Policy: docs/interfaces.md, section 4: a block is found by any of its doors.
    """
    pairs = [(int(low), int(high)) for low, high in _RANGE.findall(text)]
    return [(low, high) for low, high in pairs if low < high <= low + LONGEST_RANGE]
