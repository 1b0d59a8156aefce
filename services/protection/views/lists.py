"""The lists of Protection, the premises found by their words, and what the last files did."""

from dataclasses import dataclass
from datetime import date

from schemas.vocabulary import NoticeKind
from services.domain.working_time import local_date
from services.protection.rules.feeds import FeedKind
from services.protection.rules.finding import query_of
from services.protection.rules.records import Audit, Incident, KnownPremises, Notice
from services.protection.store.lists import Rows, list_audits, list_fires, list_in_force, list_lifted
from services.protection.store.loads import Load, Waiting, list_loads, list_sources_waiting, list_waiting
from services.protection.store.premises import find_by_words
from services.shared.paging import Page
from services.shared.service import Tools

MOST_FOUND, MOST_LOADS = 50, 20


@dataclass(frozen=True)
class FilesPage:
    """What the last files did, and a page of the refused lines that wait, of which kinds and sources."""

    loads: tuple[Load, ...]
    page: Page
    waiting: tuple[Waiting, ...]
    sources: tuple[tuple[FeedKind, str], ...]


@dataclass(frozen=True)
class Found:
    """The premises found by some words; `more` says that there are others."""

    premises: tuple[KnownPremises, ...]
    more: bool


def today_of(tools: Tools) -> date:
    """Return the day by the clock of the tools."""
    return local_date(tools.clock.now())


async def notices_in_force(tools: Tools, number: int, kind: NoticeKind | None = None) -> Rows[Notice]:
    """Return a page of the notices that nobody has lifted, the first to end first."""
    async with tools.database.reading() as session:
        return await list_in_force(session, number, today_of(tools), kind)


async def notices_lifted(tools: Tools, number: int) -> Rows[Notice]:
    """Return a page of the notices that were lifted, the last first."""
    async with tools.database.reading() as session:
        return await list_lifted(session, number)


async def audits(tools: Tools, number: int, *, without_summary: bool = False) -> Rows[Audit]:
    """Return a page of audits, the newest first."""
    async with tools.database.reading() as session:
        return await list_audits(session, number, without_summary=without_summary)


async def fires(tools: Tools, number: int) -> Rows[Incident]:
    """Return a page of fires, the newest first."""
    async with tools.database.reading() as session:
        return await list_fires(session, number)


async def premises_found(tools: Tools, typed: str) -> Found:
    """Return the premises that have all words that were typed, buildings first."""
    query = query_of(typed)
    if not query:
        return Found((), more=False)
    async with tools.database.reading() as session:
        found = await find_by_words(session, query, MOST_FOUND + 1)
    return Found(tuple(found[:MOST_FOUND]), more=len(found) > MOST_FOUND)


async def files_page(tools: Tools, number: int) -> FilesPage:
    """Return what the last files did, and the refused lines that wait, the oldest first."""
    async with tools.database.reading() as session:
        page, waiting = await list_waiting(session, number)
        sources = await list_sources_waiting(session)
        return FilesPage(tuple(await list_loads(session, MOST_LOADS)), page, tuple(waiting), tuple(sources))
