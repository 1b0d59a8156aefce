"""Who answers for which premises, as Protection and the administrator read it."""

from dataclasses import dataclass

from services.risk_register.store.answering import AnsweringRow, find_answering, list_answering
from services.shared.errors import NotFound
from services.shared.paging import Page
from services.shared.service import Tools


@dataclass(frozen=True)
class AnsweringList:
    """A page of who answers for which premises, by account; what has ended comes last."""

    page: Page
    rows: tuple[AnsweringRow, ...]


async def answering_list(tools: Tools, number: int = 1) -> AnsweringList:
    """Return a page of who answers for what; a page after the last one is the last one."""
    async with tools.database.reading() as session:
        page, rows = await list_answering(session, number)
    return AnsweringList(page, tuple(rows))


async def one_answering(tools: Tools, answering_id: str) -> AnsweringRow:
    """Return one, ended or not; raises `NotFound` if there is no such one."""
    async with tools.database.reading() as session:
        found = await find_answering(session, answering_id)
    if found is None:
        raise NotFound("there is no such entry")
    return found
