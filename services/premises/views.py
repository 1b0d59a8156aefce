"""The lists of the desk, a page at a time and each in the order of its purpose, from what is kept."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from services.premises.handlers.looking import ListedCase, listed
from services.premises.store.decisions import (
    CaseState,
    Decision,
    count_decided_by_people,
    count_open_cases,
    find_decision,
    find_last_placed_by,
    find_next_open,
    list_decided_by_people,
    list_open_cases,
    list_placed_by_names,
)
from services.premises.store.learnt import count_learnt_names, list_learnt_names
from services.premises.store.reference import count_loads, counts, list_loads
from services.premises.store.snapshots import Snapshot
from services.shared.paging import Page, page_of

LATELY, UNDO_AT_HAND = timedelta(days=1), timedelta(minutes=10)
NAMED = 50
LOADS = 12


@dataclass(frozen=True)
class Waiting:
    """A page of the visits that need a person."""

    page: Page
    cases: list[ListedCase]


@dataclass(frozen=True)
class ListedDecision:
    """One visit that a person decided: what was written, what they made of it, who and when."""

    visit_id: str
    written: str
    made_of_it: str
    version: int
    is_placed: bool
    can_be_put_back: bool
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True)
class Decided:
    """A page of what people decided lately."""

    page: Page
    cases: list[ListedDecision]


async def open_page(session: AsyncSession, number: int) -> tuple[Page, list[Decision]]:
    """Return a page of the cases that need a person: what cannot wait first, then the oldest."""
    page = page_of(number, await count_open_cases(session))
    return page, list(await list_open_cases(session, page))


async def waiting(session: AsyncSession, snapshot: Snapshot, number: int) -> Waiting:
    """Return a page of the visits that need a person as the desk reads them."""
    page, cases = await open_page(session, number)
    return Waiting(page, [listed(case, snapshot) for case in cases])


async def decided_lately(session: AsyncSession, snapshot: Snapshot, now: datetime, number: int) -> Decided:
    """Return a page of what people decided within the last day, newest first: whoever erred sees it here."""
    page = page_of(number, await count_decided_by_people(session, now - LATELY))
    cases = await list_decided_by_people(session, now - LATELY, page)
    return Decided(page, [_decision(case, snapshot) for case in cases])


def _decision(case: Decision, snapshot: Snapshot) -> ListedDecision:
    is_placed = case.state == CaseState.LOCATED
    return ListedDecision(
        case.visit_id, case.written, _made_of(case, snapshot), case.version, is_placed,
        is_placed and case.visit is not None, case.decided_by, case.decided_at,
    )  # fmt: skip


def _made_of(case: Decision, snapshot: Snapshot) -> str:
    if case.premises_id is None:
        return f"Returned to the crew: {case.note}"
    entry = snapshot.gazetteer.get(case.premises_id)
    return ", ".join(part for part in (entry.name, entry.address) if part) if entry else case.premises_id


async def last_placed(session: AsyncSession, snapshot: Snapshot, person: str, now: datetime) -> ListedDecision | None:
    """Return the visit that a person placed last within ten minutes, to be put back with one button if it was wrong."""
    case = await find_last_placed_by(session, person, now - UNDO_AT_HAND)
    return _decision(case, snapshot) if case else None


async def next_waiting(session: AsyncSession, after: str, but_for: Collection[str]) -> tuple[str | None, int]:
    """Return the visit to open behind another one, and how many wait in all."""
    behind = await find_decision(session, after) if after else None
    return await find_next_open(session, behind, but_for), await count_open_cases(session)


async def learnt_page(session: AsyncSession, snapshot: Snapshot, number: int, load_number: int) -> dict[str, Any]:
    """Return a page of learnt names with the visits each has placed, and a page of the files that were loaded."""
    page = page_of(number, await count_learnt_names(session))
    names = await list_learnt_names(session, page)
    placed = await list_placed_by_names(session, [name.alias_id for name in names], NAMED)
    load_page = page_of(load_number, await count_loads(session), LOADS)
    return {
        "names": [
            {"learnt": name, "of": snapshot.gazetteer.get(name.premises_id), "placed": placed[name.alias_id]}
            for name in names
        ],
        "page": page,
        "loads": await list_loads(session, load_page),
        "load_page": load_page,
        "counted": await counts(session),
    }
