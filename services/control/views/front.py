"""What stands on control's front page: the dangers nobody has checked and what was shown last, a page at a time."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from services.control.presenters.results import Change, Danger, title
from services.control.store.front import (
    KeptChange,
    KeptDanger,
    count_front,
    list_changes,
    list_dangers,
)
from services.shared.paging import Page, page_of

DANGERS_ON_A_PAGE = 20
CHANGES_ON_A_PAGE = 10


@dataclass(frozen=True)
class Front:
    """The two lists of the front page, which part of each this is, and how many dangers have no settled address."""

    dangers: tuple[Danger, ...]
    dangers_page: Page
    unsettled: int
    changes: tuple[Change, ...]
    changes_page: Page


async def front_of(session: AsyncSession, now: datetime, dangers_page: int = 1, changes_page: int = 1) -> Front:
    """Return what the front page shows, the gravest danger first and the newest change first."""
    counts = await count_front(session)
    dangers = page_of(dangers_page, counts.dangers, DANGERS_ON_A_PAGE)
    changes = page_of(changes_page, counts.records, CHANGES_ON_A_PAGE)
    kept_dangers = await list_dangers(session, dangers.size, dangers.offset)
    kept_changes = await list_changes(session, changes.size, changes.offset)
    return Front(
        dangers=tuple(_danger(each, now) for each in kept_dangers),
        dangers_page=dangers,
        unsettled=counts.unsettled,
        changes=tuple(_change(each) for each in kept_changes),
        changes_page=changes,
    )


def _danger(kept: KeptDanger, now: datetime) -> Danger:
    danger = kept.danger
    if kept.is_unsettled:
        place = danger.get("place") or {}
        return Danger(
            href=f"/control/unsettled/{kept.visit_id}",
            title=kept.address,
            summary=danger["dangers"][0],
            more=len(danger["dangers"]) - 1,
            callsign=danger["callsign"],
            ground=place.get("station_ground") or danger["station"],
            reported_at=kept.reported_at,
            past_its_time=False,
            is_unsettled=True,
        )
    return Danger(
        href=f"/control/premises/{kept.premises_id}",
        title=title(kept.name, kept.address, kept.postcode),
        summary=danger["summary"],
        more=danger["more"],
        callsign=danger["callsign"],
        ground="",
        reported_at=kept.reported_at,
        past_its_time=now >= datetime.fromisoformat(danger["expires_at"]),
        is_unsettled=False,
    )


def _change(kept: KeptChange) -> Change:
    return Change(
        premises_id=kept.premises_id,
        title=title(kept.name, kept.address, kept.postcode),
        level=kept.level,
        base_level=kept.base_level,
        level_if_published=kept.level_if_published,
        unverified=kept.unverified,
        shown_at=kept.shown_at,
    )
