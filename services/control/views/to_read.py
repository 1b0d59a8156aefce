"""What a watch is asked to have read and has read, and which watches owe a reading, as one person may see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.vocabulary import Watch
from services.control.rules.rights import TO_READ, WHO_READ_EVERYWHERE
from services.control.rules.to_read import may_take_back, watches_to_choose
from services.control.rules.watches import Watches
from services.control.rules.who_read import counted_from, percent_in_time
from services.control.store.to_read import OwedLine, count_owed, list_owed_of, list_read_since, list_to_read
from services.control.store.who_read import (
    OwedLong,
    WatchOwes,
    count_on_no_ground,
    list_owed_longest,
    list_watches,
)
from services.domain.working_time import beginning_of, local_date
from services.shared.identity import NotAllowed, Person
from services.shared.paging import PAGE_SIZE, Page, page_of
from services.shared.service import Tools

NO_STATION = "your sign-in names no station, so nothing can be listed: ask your administrator to add it"


@dataclass(frozen=True)
class ToRead:
    """What one watch has to read, the first to be due first, and what it has acknowledged today, newest first.

    `watches` are those that the person may answer for, each with how many records it has to read.
    """

    station: str | None
    watch: Watch | None
    watches: Mapping[Watch, int]
    page: Page
    lines: Sequence[OwedLine]
    read_today: Sequence[OwedLine]
    read_in_all: int
    now: datetime
    may_take_back: frozenset[str]


@dataclass(frozen=True)
class OwedOfRecord:
    """What the watches of somebody's station are asked to read of the record before them, and what they have read.

    `must_choose`: they say for which watch they answer, as their sign-in does not.
    """

    owed: Sequence[OwedLine]
    read: Sequence[OwedLine]
    must_choose: bool


@dataclass(frozen=True)
class WhoRead:
    """Which watches owe a reading, of one station or all, those with most that is late first.

    `percent` is the share acknowledged in time of what was due in a year; None where that was fewer than five.
    """

    station: str | None
    watches: Sequence[WatchOwes]
    page: Page
    longest: Sequence[OwedLong]
    owed: int
    late: int
    due: int
    percent: int | None
    on_no_ground: int | None
    now: datetime


async def to_read(tools: Tools, person: Person, watches: Watches, wanted: str = "", number: int = 1) -> ToRead:
    """Return what a watch of somebody's own station has to read: their own, or the one they choose."""
    now, station = tools.clock.now(), person.station
    if not station:
        return ToRead(None, None, {}, page_of(1, 0), (), (), 0, now, frozenset())
    of_own = watches_to_choose(watches.of(station), person.watch)
    watch = of_own[0] if len(of_own) == 1 else next((each for each in of_own if each.value == wanted.upper()), None)
    async with tools.database.reading() as session:
        counts = await count_owed(session, station)
        by_watch = {each: counts.get(each, 0) for each in of_own}
        page = page_of(number, by_watch.get(watch, 0) if watch else 0)
        lines: list[OwedLine] = []
        today: list[OwedLine] = []
        read_in_all = 0
        if watch is not None:
            lines = await list_to_read(session, station, watch, person.name, page.size, page.offset)
            since = beginning_of(local_date(now))
            today, read_in_all = await list_read_since(session, station, watch, person.name, since, PAGE_SIZE)
    mine = (
        each.of.premises_id
        for each in today
        if may_take_back(each.acknowledged_by, each.acknowledged_at, person.name, person.roles, now)
    )
    return ToRead(station, watch, by_watch, page, lines, today, read_in_all, now, frozenset(mine))


async def owed_of_record(
    session: AsyncSession, person: Person, watches: Watches, premises_id: str
) -> OwedOfRecord | None:
    """Return what somebody's own watches are asked to read of a record; None where nothing is left."""
    if not person.has(*TO_READ) or not person.station:
        return None
    of_own = watches_to_choose(watches.of(person.station), person.watch)
    found = [
        each
        for each in await list_owed_of(session, person.station, premises_id, person.name)
        if each.of.watch in of_own
    ]
    owed = [each for each in found if each.acknowledged_at is None]
    read = [each for each in found if each.acknowledged_at is not None]
    return OwedOfRecord(owed, read, len(of_own) > 1) if owed else None


async def who_read(tools: Tools, person: Person, wanted: str = "", number: int = 1) -> WhoRead:
    """Return which watches owe a reading: of the station wanted or all; an officer in charge of their own alone."""
    now, everywhere = tools.clock.now(), person.has(*WHO_READ_EVERYWHERE)
    station = (wanted.strip() or None) if everywhere else person.station
    if not everywhere and not station:
        raise NotAllowed(NO_STATION)
    async with tools.database.reading() as session:
        found = await list_watches(session, station, counted_from(now), now)
        owed = sum(each.owed for each in found)
        page = page_of(number, owed)
        longest, _ = await list_owed_longest(session, station, page.size, page.offset)
        nowhere = await count_on_no_ground(session) if everywhere else None
    due = sum(each.due for each in found)
    percent = percent_in_time(due, sum(each.in_time for each in found))
    late = sum(each.late for each in found)
    return WhoRead(station, found, page, longest, owed, late, due, percent, nowhere, now)
