"""What control does when somebody searches the read log: answers, and keeps that they did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from services.control.handlers.keeping import Access
from services.control.rules.reading import LOG, LogTyped, LogWanted, log_wanted, scope_of
from services.control.store.read_log import MOST_COUNTED, LogSearch, ReadLine, count_reads, list_reads
from services.domain.working_time import beginning_of, local_date
from services.shared.errors import Refused
from services.shared.paging import Page, page_of

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class LogFound:
    """A page of the readings that were searched for, newest first; `is_more`: there are more than are counted."""

    wanted: LogWanted
    page: Page
    is_more: bool
    lines: Sequence[ReadLine]


async def search_log(typed: LogTyped, page: int, access: Access) -> LogFound:
    """Return a page of what was searched for, and keep who looked for what; raises with all that is wrong."""
    work = access.work
    wanted, reasons = log_wanted(typed, local_date(work.now))
    if reasons:
        raise Refused("; ".join(one.reason for one in reasons), reasons)
    between = beginning_of(wanted.first), beginning_of(wanted.last + ONE_DAY)
    search = LogSearch(wanted, scope_of(access.person.roles), *between)
    counted = await count_reads(work, search)
    shown = page_of(page, min(counted, MOST_COUNTED))
    lines = await list_reads(work, search, shown.size, shown.offset)
    access.note(LOG, 0, f"read log: {wanted.words}")
    return LogFound(wanted, shown, counted > MOST_COUNTED, lines)
