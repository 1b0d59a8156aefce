"""What ought to have a record and has none: the list, narrowed to what somebody wants to see, and how much there is."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from services.risk_register.rules.gap_rules import GapRules
from services.risk_register.rules.gaps import GapWanted
from services.risk_register.store.gap_rules import find_rules
from services.risk_register.store.gaps import GapLine, count_gaps, list_gaps
from services.shared.paging import Page
from services.shared.service import Tools


@dataclass(frozen=True)
class GapPage:
    """A page of the premises with no record, and how many there are: by rule in the station that is wanted, and all."""

    wanted: GapWanted
    table: GapRules
    page: Page
    lines: tuple[GapLine, ...]
    by_rule: Mapping[str, int]
    by_station: Mapping[str, int]


async def gap_page(tools: Tools, wanted: GapWanted, number: int = 1) -> GapPage:
    """Return a page of what ought to have a record and has none; a page after the last one is the last one."""
    async with tools.database.reading() as session:
        table = await find_rules(session)
        page, lines = await list_gaps(session, wanted, number)
        counted = await count_gaps(session)
    by_rule, by_station = Counter[str](), Counter[str]()
    for each in counted:
        if wanted.station in (None, each.station):
            by_rule[each.rule] += each.total
        if wanted.rule in (None, each.rule):
            by_station[each.station] += each.total
    return GapPage(wanted, table, page, lines, by_rule, dict(sorted(by_station.items())))
