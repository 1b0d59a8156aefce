"""The lists of the desk, a page at a time and each in the order of its purpose, from what is kept."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.premises import Place
from services.premises.presenters.cases import fix_words, percent
from services.premises.presenters.words import reason_words
from services.premises.rules.cases import Case
from services.premises.rules.gravity import cannot_wait
from services.premises.rules.snapshots import Snapshot
from services.premises.store.cases import count_open_cases, find_next_open, list_open_cases
from services.premises.store.decided import (
    DecidedVisit,
    count_decided_by_people,
    find_last_placed_by,
    list_decided_by_people,
)
from services.shared.paging import Listed, page_of

LATELY, UNDO_AT_HAND = timedelta(days=1), timedelta(minutes=10)


@dataclass(frozen=True)
class ListedCase:
    """One line of the list of visits that need a person; `cannot_wait` says what in it is urgent."""

    visit_id: str
    version: int
    written: str
    reason: str
    explanation: str
    station: str
    station_name: str | None
    received_at: datetime
    fix: str | None
    cannot_wait: tuple[str, ...]
    candidates: int
    best_percent: int | None
    place: Place | None


@dataclass(frozen=True)
class ListedDecision:
    """One visit that a person decided, and what they made of it in words."""

    visit: DecidedVisit
    made_of_it: str


async def waiting(session: AsyncSession, snapshot: Snapshot, number: int) -> Listed[ListedCase]:
    """Return a page of the visits that need a person: what cannot wait first, then the oldest."""
    page = page_of(number, await count_open_cases(session))
    return Listed(page, [listed(case, snapshot) for case in await list_open_cases(session, page)])


def listed(case: Case, snapshot: Snapshot) -> ListedCase:
    """Return a case as a line of the list."""
    return ListedCase(
        visit_id=case.visit_id,
        version=case.version,
        written=case.written,
        reason=case.reason,
        explanation=reason_words(case.reason),
        station=case.station,
        station_name=snapshot.name_of("station_ground", case.station),
        received_at=case.received_at,
        fix=fix_words(case.fix),
        cannot_wait=tuple(cannot_wait(case.visit)) if case.visit else (),
        candidates=len(case.candidates),
        best_percent=percent(case.candidates[0]["score"]) if case.candidates else None,
        place=case.place,
    )


async def decided_lately(
    session: AsyncSession, snapshot: Snapshot, now: datetime, number: int
) -> Listed[ListedDecision]:
    """Return a page of what people decided within the last day, newest first: whoever erred sees it here."""
    page = page_of(number, await count_decided_by_people(session, now - LATELY))
    visits = await list_decided_by_people(session, now - LATELY, page)
    return Listed(page, [ListedDecision(visit, _made_of(visit, snapshot)) for visit in visits])


def _made_of(visit: DecidedVisit, snapshot: Snapshot) -> str:
    if visit.premises_id is None:
        return f"Returned to the crew: {visit.note}"
    entry = snapshot.gazetteer.get(visit.premises_id)
    return ", ".join(part for part in (entry.name, entry.address) if part) if entry else visit.premises_id


async def last_placed(session: AsyncSession, snapshot: Snapshot, person: str, now: datetime) -> ListedDecision | None:
    """Return the visit that a person placed last within ten minutes, to be put back with one button if it was wrong."""
    visit = await find_last_placed_by(session, person, now - UNDO_AT_HAND)
    return ListedDecision(visit, _made_of(visit, snapshot)) if visit else None


async def next_waiting(session: AsyncSession, after: str, but_for: Collection[str]) -> tuple[str | None, int]:
    """Return the visit to open behind another one, and how many wait in all."""
    return await find_next_open(session, after, but_for), await count_open_cases(session)
