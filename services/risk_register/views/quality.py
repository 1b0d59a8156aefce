"""The quality of what was published, as the risk team reads it: what was drawn, one visit, and the results."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schemas.vocabulary import Role
from services.domain.working_time import local_date
from services.risk_register.rules.quality import QualityState, reasons_of_the_checker
from services.risk_register.rules.quality_results import QualityResults, first_month, results_of
from services.risk_register.store.quality import (
    PlacedCheck,
    find_check,
    history_of_check,
    list_checks,
    tally_checks,
)
from services.shared.errors import NotFound
from services.shared.identity import Person
from services.shared.paging import Page
from services.shared.service import Tools


@dataclass(frozen=True)
class QualityList:
    """A page of what waits to be checked, or was; how many of each there are; and the results of six months."""

    state: QualityState
    page: Page
    placed: tuple[PlacedCheck, ...]
    counts: Mapping[QualityState, int]
    results: QualityResults


@dataclass(frozen=True)
class OneCheck:
    """One check with its history, oldest first; `barred` says why this person may not score it."""

    placed: PlacedCheck
    history: list[dict[str, Any]]
    barred: tuple[str, ...]


async def quality_list(tools: Tools, state: QualityState, number: int = 1) -> QualityList:
    """Return a page of the checks in one state; a page after the last one is the last one."""
    since = first_month(local_date(tools.clock.now()))
    async with tools.database.reading() as session:
        found = await list_checks(session, state, number)
        tallies = await tally_checks(session, since)
    counts = {QualityState.WAITING: found.waiting, QualityState.SCORED: found.scored}
    return QualityList(state, found.page, found.placed, counts, results_of(tallies))


async def one_check(tools: Tools, visit_id: str, person: Person) -> OneCheck:
    """Return the check of a visit; raises `NotFound` if it was not drawn."""
    async with tools.database.reading() as session:
        placed = await find_check(session, visit_id)
        if placed is None:
            raise NotFound("this visit is not in the list of quality checks")
        history = await history_of_check(session, visit_id)
    is_manager = person.has(Role.RISK_TEAM_MANAGER)
    return OneCheck(placed, history, reasons_of_the_checker(placed.check, person.name, is_manager=is_manager))
