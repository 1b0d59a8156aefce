"""The map of oversight: what must be visited, narrowed as its list is, the first 500 of however many there are."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from services.domain.working_time import local_date
from services.risk_register.rules.due import limits_of
from services.risk_register.rules.pressing import Pressing, PressingLine, PressingWanted
from services.risk_register.store.pressing import count_pressing, list_pressing
from services.shared.service import Tools


@dataclass(frozen=True)
class PressingPage:
    """What must be visited, the gravest first: the first lines of `total`.

    `counts` are by reason, of the level, station and plan that are wanted; `stations` are those in which there is any.
    """

    wanted: PressingWanted
    lines: tuple[PressingLine, ...]
    total: int
    counts: Mapping[Pressing, int]
    stations: tuple[str, ...]
    today: date

    @property
    def says(self) -> str:
        """How many of how many stand here: "500 of 1,240"."""
        return f"{len(self.lines):,} of {self.total:,}"

    @property
    def without_point(self) -> int:
        """How many of the lines have no point, and so stand in the list alone."""
        return sum(line.longitude is None for line in self.lines)


async def pressing_page(tools: Tools, wanted: PressingWanted) -> PressingPage:
    """Return what must be visited, for the map and the list beside it."""
    today = local_date(tools.clock.now())
    async with tools.database.reading() as session:
        lines = await list_pressing(session, wanted, limits_of(today))
        counted = await count_pressing(session, replace(wanted, why=None, station=None), limits_of(today))
    here = [each for each in counted if wanted.station in (None, each.station)]
    counts = Counter[Pressing]()
    for each in here:
        counts[each.why] += each.total
    total = sum(number for why, number in counts.items() if wanted.why in (None, why))
    return PressingPage(wanted, tuple(lines), total, counts, tuple(sorted({each.station for each in counted})), today)
