"""The persons at risk of an incident as one may see them: the board, what came since, and the record it ends as."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from services.control.handlers.incidents import NOT_KNOWN
from services.control.presenters.incidents import written_as
from services.control.presenters.persons_at_risk import (
    BoardChanges,
    BoardShown,
    HistoryLine,
    caller_shown,
    entry_shown,
    floor_shown,
    history,
    not_taken_shown,
)
from services.control.presenters.results import title
from services.control.rules.floors import Floor, stack
from services.control.rules.incidents import Incident
from services.control.rules.persons_at_risk import Caller, NotTaken, board
from services.control.store.incidents import find_incident
from services.control.store.persons_at_risk import list_entries
from services.control.store.places import find_place
from services.shared.errors import NotFound
from services.shared.paging import Page, page_of

MOST_AT_ONCE = 1_000
# Some five thousand people at ten changes each: no incident has had so many.
MOST_ON_A_BOARD = 50_000
RECORD_PAGE = 400
# What took longer was said while a line was cut.
LATE_S = 60.0


@dataclass(frozen=True)
class BoardRecord:
    """A board with its history, as it is printed for the debrief, a page of it at a time."""

    incident: Incident
    title: str
    callers: tuple[Caller, ...]
    floors: tuple[Floor, ...]
    lines: tuple[HistoryLine, ...]
    page: Page


async def changes_after(
    session: AsyncSession, incident_no: str, after: int, now: datetime, not_taken: Sequence[NotTaken] = ()
) -> BoardChanges:
    """Return what came onto a board after a position, and why something that was sent was not taken."""
    incident = await _incident(session, incident_no)
    found = await list_entries(session, incident_no, after, MOST_AT_ONCE + 1)
    entries = found[:MOST_AT_ONCE]
    return BoardChanges(
        incident_no=incident_no,
        is_open=incident.is_open,
        closed_at=incident.closed_at,
        as_of=now,
        cursor=entries[-1].position if entries else after,
        more=len(found) > MOST_AT_ONCE,
        entries=tuple(entry_shown(each) for each in entries),
        not_taken=tuple(not_taken_shown(each) for each in not_taken),
    )


async def board_shown(session: AsyncSession, incident_no: str, now: datetime) -> BoardShown:
    """Return the board of an incident as it stands."""
    incident = await _incident(session, incident_no)
    entries = await list_entries(session, incident_no, 0, MOST_ON_A_BOARD)
    callers = board(entries)
    return BoardShown(
        incident_no=incident_no,
        title=await title_of(session, incident),
        is_open=incident.is_open,
        closed_at=incident.closed_at,
        as_of=now,
        cursor=entries[-1].position if entries else 0,
        callers=tuple(caller_shown(each) for each in callers),
        floors=tuple(floor_shown(each) for each in stack(callers)),
    )


async def board_record(session: AsyncSession, incident_no: str, number: int) -> BoardRecord:
    """Return a board with a page of its history, in the order in which it came in."""
    incident = await _incident(session, incident_no)
    entries = await list_entries(session, incident_no, 0, MOST_ON_A_BOARD)
    callers = board(entries)
    page = page_of(number, len(entries), RECORD_PAGE)
    shown = entries[page.offset : page.offset + page.size]
    lines = history(shown, entries, callers, LATE_S, incident.closed_at)
    return BoardRecord(incident, await title_of(session, incident), callers, stack(callers), lines, page)


async def board_head(session: AsyncSession, incident_no: str) -> tuple[Incident, str]:
    """Return an incident and what its place is called: what a board's page begins with."""
    incident = await _incident(session, incident_no)
    return incident, await title_of(session, incident)


async def title_of(session: AsyncSession, incident: Incident) -> str:
    """Return what the place of an incident is called."""
    place = await find_place(session, incident.premises_id) if incident.premises_id else None
    return title(place.name, place.address, place.postcode) if place else written_as(incident.given)


async def _incident(session: AsyncSession, incident_no: str) -> Incident:
    incident = await find_incident(session, incident_no)
    if incident is None:
        raise NotFound(NOT_KNOWN)
    return incident
