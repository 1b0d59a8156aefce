"""What must be seen again: the list, narrowed to what somebody wants to see, and how much of it there is where."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.domain.working_time import local_date
from services.risk_register.rules.due import DueState, DueWanted, Limits, limits_of
from services.risk_register.rules.tactical_plans import PlanCounts
from services.risk_register.store.review_dates import DueCount, DueLine, count_due, list_due
from services.risk_register.store.tactical_plans import count_plans
from services.shared.paging import Page
from services.shared.service import Tools

Counts = Mapping[DueState, int]


@dataclass(frozen=True)
class DuePage:
    """A page of the records that must be seen again, and how many there are.

    `counts` are of the level and station that are wanted, by state; `by_level` (0: not scored) and `by_station`
    (empty: in no station's ground) are of all records. `plans` are the tactical plans, each with its own review.
    """

    wanted: DueWanted
    limits: Limits
    page: Page
    lines: tuple[DueLine, ...]
    counts: Counts
    by_level: Mapping[int, Counts]
    by_station: Mapping[str, Counts]
    plans: PlanCounts


async def due_page(tools: Tools, wanted: DueWanted, number: int = 1) -> DuePage:
    """Return a page of what must be seen again; a page after the last one is the last one."""
    limits = limits_of(local_date(tools.clock.now()))
    async with tools.database.reading() as session:
        page, lines = await list_due(session, wanted, limits, number)
        counted = await count_due(session, limits)
        plans = await count_plans(session, {"today": limits.today, "soon_by": limits.soon_by})
    return DuePage(wanted, limits, page, lines, *_summed(counted, wanted), plans)


def _summed(
    counted: Sequence[DueCount], wanted: DueWanted
) -> tuple[Counts, Mapping[int, Counts], Mapping[str, Counts]]:
    here = Counter[DueState]()
    by_level: dict[int, Counter[DueState]] = defaultdict(Counter)
    by_station: dict[str, Counter[DueState]] = defaultdict(Counter)
    for each in counted:
        by_level[each.level][each.state] += each.total
        by_station[each.station][each.state] += each.total
        if wanted.level in (None, each.level) and wanted.station in (None, each.station):
            here[each.state] += each.total
    return here, dict(sorted(by_level.items(), reverse=True)), dict(sorted(by_station.items()))
