"""A county as a gazetteer lists it, generated alike each time: houses, flats in blocks, shops, works, care homes."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cache

from schemas.premises import ListedPremises, PremisesListed
from services.risk_register.handlers.known_premises import keep_known_premises
from services.shared.event_log import Cause
from services.shared.service import Tools
from services.shared.transactions import Heard, transaction

CLASSES = ("RD02", "RD03", "RD04", "CR08", "CO01", "CI01", "CI04", "CE03", "CM03", "RI01", "CH03", "RH01", "CL06", "")
WEIGHTS = (300, 300, 200, 60, 40, 8, 12, 5, 1, 3, 3, 8, 6, 4)
STATIONS = tuple(f"S{number}" for number in range(1, 57))
A_PART = 250
PARTS_AT_ONCE = 40
CAUSE = Cause("test", "test", "county")


@cache
def county(size: int, seed: int = 7) -> tuple[ListedPremises, ...]:
    """Return a county of so many addresses; some stand there no longer, some have no point."""
    chance, entries = random.Random(seed), list[ListedPremises]()
    while len(entries) < size:
        building = _entry(len(entries), chance, chance.choices(CLASSES, WEIGHTS)[0])
        entries.append(building)
        if chance.random() < 0.01:
            entries[-1] = building.model_copy(update={"classification": "PP"})
            flats = min(chance.choice((2, 5, 6, 8, 19, 20, 60)), size - len(entries))
            for _ in range(flats):
                flat = _entry(len(entries), chance, chance.choices(("RD06", "CR08"), (9, 1))[0])
                entries.append(flat.model_copy(update={"parent_id": building.premises_id}))
    return tuple(entries)


def _entry(number: int, chance: random.Random, classification: str) -> ListedPremises:
    has_point = chance.random() > 0.01
    return ListedPremises(
        premises_id=f"{100000000000 + number}",
        address=f"{number % 180 + 1} Quay Street, Wexcombe",
        postcode="XQ1 1AA",
        easting=300000.0 + chance.randrange(60000) if has_point else None,
        northing=130000.0 + chance.randrange(60000) if has_point else None,
        in_use=chance.random() > 0.02,
        classification=classification,
        station_ground=chance.choice(STATIONS) if has_point else None,
    )


def parts(entries: Sequence[ListedPremises], generation: int = 1) -> Iterator[PremisesListed]:
    """Give the parts in which premises lists some entries."""
    for start in range(0, len(entries), A_PART):
        part_id = f"{generation}/{entries[start].premises_id}"
        yield PremisesListed(part_id=part_id, generation=generation, entries=tuple(entries[start : start + A_PART]))


async def hear(tools: Tools, entries: Sequence[ListedPremises], generation: int = 1) -> None:
    """Let the register hear of some entries, many parts at once as its reader takes them."""
    said = list(parts(entries, generation))
    for start in range(0, len(said), PARTS_AT_ONCE):
        async with transaction(tools.database, tools.clock, CAUSE) as work:
            await keep_known_premises([Heard(each, CAUSE) for each in said[start : start + PARTS_AT_ONCE]], work)


def buildings_of(entries: Sequence[ListedPremises]) -> dict[str, Counter[str]]:
    """Return how many addresses of each class every building in use has, counted in the plainest way."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    there = {entry.premises_id for entry in entries if entry.in_use}
    for entry in entries:
        building = entry.parent_id or entry.premises_id
        if entry.in_use and building in there:
            found[building][entry.classification] += 1
    return found
