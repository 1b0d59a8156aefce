"""Temporary risks as the risk team reads them: a page of those that are open, and one with all that was done to it."""

from dataclasses import dataclass
from datetime import date

from schemas.premises import LocatedPremises
from services.domain.temporary_risks import is_past_its_end
from services.domain.working_time import local_date
from services.risk_register.rules.temporary import HistoryLine, TemporaryRisk, TemporaryState
from services.risk_register.store.temporary import find_temporary, history_of, list_open
from services.shared.errors import NotFound
from services.shared.paging import Page
from services.shared.service import Tools


@dataclass(frozen=True)
class TemporaryRow:
    """A temporary risk beside its premises; `state` is where it stands today, whether or not that is marked yet."""

    risk: TemporaryRisk
    premises: LocatedPremises
    state: TemporaryState


@dataclass(frozen=True)
class TemporaryList:
    """A page of what is open, the first to end first; `to_confirm` is how many of all are past their last day."""

    page: Page
    rows: tuple[TemporaryRow, ...]
    to_confirm: int
    today: date


@dataclass(frozen=True)
class OneTemporary:
    """A temporary risk and its history, oldest first."""

    row: TemporaryRow
    history: tuple[HistoryLine, ...]
    today: date


async def temporary_list(tools: Tools, number: int = 1) -> TemporaryList:
    """Return a page of the temporary risks that nobody has ended; a page after the last one is the last one."""
    today = local_date(tools.clock.now())
    async with tools.database.reading() as session:
        found = await list_open(session, number, today)
    rows = tuple(row_of(each.risk, each.premises, today) for each in found.placed)
    return TemporaryList(found.page, rows, found.past_their_end, today)


async def one_temporary(tools: Tools, risk_id: str) -> OneTemporary:
    """Return a temporary risk, ended or not; raises `NotFound` if there is no such one."""
    today = local_date(tools.clock.now())
    async with tools.database.reading() as session:
        found = await find_temporary(session, risk_id)
        if found is None:
            raise NotFound("there is no such temporary risk")
        history = await history_of(session, risk_id)
    return OneTemporary(row_of(found.risk, found.premises, today), tuple(history), today)


def row_of(risk: TemporaryRisk, premises: LocatedPremises, today: date) -> TemporaryRow:
    """Return a temporary risk as it stands on a day."""
    is_late = risk.state is TemporaryState.IN_FORCE and is_past_its_end(risk.ends_on, today)
    return TemporaryRow(risk, premises, TemporaryState.TO_CONFIRM if is_late else risk.state)
