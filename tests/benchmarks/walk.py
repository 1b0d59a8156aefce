"""How far a reader walks who follows one visit through the register's take-up: `python -m tests.benchmarks.walk`.

The walk is what really runs, taken down as it is entered: one new visit with a danger, from the handler to its last
function, in a database of its own. Every function of the service counts once, where it is first entered. The reader
goes back whenever the next function stands in a module that they had left before.
"""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from types import FrameType

from services.risk_register.app import build
from services.risk_register.handlers.visits import take_up_visits
from services.shared.event_log import Cause
from services.shared.transactions import Heard, transaction
from tests.benchmarks import CHECKOUT
from tests.benchmarks.throwaway import TEMPLATE, prepare_template, throwaway_server
from tests.builders import NOW
from tests.services.risk_register_desk import ACETYLENE, located

SERVICES = CHECKOUT / "services"


@dataclass
class Walk:
    """The functions of the services that were entered, each once, in the order of their first entry."""

    stops: list[tuple[str, str]] = field(default_factory=list)

    def in_service(self, name: str) -> list[tuple[str, str]]:
        """Return the stops in one service or package, as (module, function)."""
        return [stop for stop in self.stops if stop[0].startswith(f"{name}.")]


@contextmanager
def walked() -> Iterator[Walk]:
    """Take down which functions of ours are entered while the block runs; what Python made itself does not count."""
    walk, seen = Walk(), set()

    def enter(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        file = Path(code.co_filename)
        if event != "call" or code in seen or code.co_name.startswith("<") or not file.is_relative_to(SERVICES):
            return
        seen.add(code)
        walk.stops.append((".".join(file.relative_to(SERVICES).with_suffix("").parts), code.co_qualname))

    sys.setprofile(enter)
    try:
        yield walk
    finally:
        sys.setprofile(None)


def times_back(modules: list[str]) -> int:
    """Return how often the next function stands in a module that was left before."""
    return sum(now != before and now in modules[:at] for at, (before, now) in enumerate(pairwise(modules)))


def crossings(modules: list[str]) -> int:
    """Return how often the walk goes from one room of the house into another: handlers, rules, store."""
    rooms = [module.split(".")[1] for module in modules]
    return sum(before != now for before, now in pairwise(rooms))


async def take_up_one() -> Walk:
    """Return the walk of one new visit with a danger through the register."""
    with throwaway_server() as server:
        await prepare_template(server)
        server.create("walk", TEMPLATE)
        tools = server.tools("walk")
        build(tools)
        cause = Cause("risk_register", "premises", "walk", happened_at=NOW)
        for hazards in ((), (ACETYLENE,)):  # the first time the rest of Python is imported and remembered
            event = located(hazards=list(hazards), none_found=not hazards)
            async with transaction(tools.database, tools.clock, cause) as work:
                with walked() as walk:
                    await take_up_visits([Heard(event, cause)], work)
        await tools.database.close()
    return walk


def main() -> None:
    """Print every stop, and how many there are, in how many rooms, and how often the reader goes back."""
    stops = asyncio.run(take_up_one()).in_service("risk_register")
    for module, name in stops:
        print(f"{module:<44} {name}")
    modules = [module for module, _ in stops]
    print(f"{len(stops)} functions in {len(set(modules))} modules, {times_back(modules)} times back, ", end="")
    print(f"{crossings(modules)} times from one room into another")


if __name__ == "__main__":
    main()
