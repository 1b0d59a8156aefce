"""What is done about a crew's tablet: it is in use, reported lost, found again, and says that it is empty."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from services.shared.errors import Conflict, NotFound, Refused
from services.shared.event_log import Cause
from services.shared.identity import Person
from services.shared.service import Tools
from services.shared.sign_ins import end_these_sign_ins
from services.shared.transactions import Work, transaction
from services.visits.rules.tablets import (
    NO_SUCH_TABLET,
    Tablet,
    emptied,
    found_again,
    is_kept_by,
    reported_lost,
    seen,
)
from services.visits.store.tablets import hold_tablet, save_tablet


class TabletLost(Refused):
    """A tablet that was reported lost asks for something: it is told, and its browser to forget all that we kept."""

    kind = "tablet-lost"
    title = "This tablet was reported lost"
    headers: ClassVar[Mapping[str, str]] = {"Clear-Site-Data": '"cache", "storage"', "Cache-Control": "no-store"}

    def __init__(self) -> None:
        super().__init__("this tablet was reported lost: remove what is on it, and say that it is done", status=410)


@dataclass(frozen=True)
class Use:
    """That somebody of a station uses a tablet, by which sign-in (the hash of its secret)."""

    tablet_id: str
    station: str | None
    sign_in: str


async def note_use(use: Use, work: Work) -> None:
    """Keep that a tablet is in use; raises `TabletLost` if it was reported meanwhile."""
    known = await hold_tablet(work, use.tablet_id)
    if known is not None and known.lost_at is not None:
        raise TabletLost
    now_known, is_news = seen(known, use.tablet_id, use.station, use.sign_in, work.now)
    if is_news:
        await save_tablet(work, now_known)


async def report_lost(tablet_id: str, why: str, person: Person, work: Work, tools: Tools) -> None:
    """Keep that a tablet is lost, and end every sign-in that was seen on it: both, or neither."""
    tablet = await _held(tablet_id, person, work)
    lost = reported_lost(tablet, person.name, why, work.now)
    if isinstance(lost, str):
        raise Conflict(lost)
    await save_tablet(work, lost)
    work.note(f"tablet/{tablet_id}", "reported lost", why=why)
    await work.flush()
    await _end_sign_ins(lost, work, tools)


async def report_found(tablet_id: str, person: Person, work: Work) -> None:
    """Keep that a tablet was found before it emptied itself: it goes on as it was."""
    found = found_again(await _held(tablet_id, person, work))
    if isinstance(found, str):
        raise Conflict(found)
    await save_tablet(work, found)
    work.note(f"tablet/{tablet_id}", "found again")


async def note_emptied(tablet_id: str, work: Work) -> None:
    """Keep that a lost tablet says that nothing is left on it; of any other tablet nothing is kept."""
    tablet = await hold_tablet(work, tablet_id)
    empty = emptied(tablet, work.now) if tablet else None
    if empty is not None:
        await save_tablet(work, empty)
        work.note(f"tablet/{tablet_id}", "emptied itself")


async def _held(tablet_id: str, person: Person, work: Work) -> Tablet:
    tablet = await hold_tablet(work, tablet_id)
    if tablet is None or not is_kept_by(tablet, person.roles, person.station):
        raise NotFound(NO_SUCH_TABLET)
    return tablet


async def _end_sign_ins(tablet: Tablet, work: Work, tools: Tools) -> None:
    """End them by the connection that may, before the work is committed: if this fails, nothing was reported."""
    cause = Cause("platform", work.by.actor, work.by.correlation_id)
    async with transaction(tools.people, tools.clock, cause) as shutting_out:
        ended = await end_these_sign_ins(shutting_out, tablet.sign_ins, work.now)
        for name, count in ended.items():
            shutting_out.note(f"user/{name}", "sign-ins ended", sign_ins=count, tablet=tablet.tablet_id)
    tools.sign_ins.forget()
