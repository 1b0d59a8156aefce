"""The tablets of the crews, by the names that they gave themselves."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.shared.paging import Listed, page_of
from services.shared.rows import inserting, keep, replacing
from services.shared.transactions import Work
from services.visits.rules.tablets import Tablet
from services.visits.tables import KeptTablet

CHANGING = ("station", "last_seen_at", "sign_ins", "lost_at", "lost_by", "lost_why", "emptied_at")
SAVE = inserting("visits.tablets", f"ON CONFLICT (tablet_id) DO UPDATE SET {replacing(CHANGING)}")
# A name is the first six characters after "TAB-".
WANTED = """
    FROM visits.tablets
    WHERE (CAST(:stations AS varchar[]) IS NULL OR station = ANY (CAST(:stations AS varchar[])))
        AND (position(:name in substr(tablet_id, 5)) = 1 OR upper(station) = :words)
"""
COUNT = text(f"SELECT count(*) {WANTED}")
LIST = text(f"SELECT * {WANTED} ORDER BY last_seen_at DESC, tablet_id DESC LIMIT :size OFFSET :offset")


async def find_tablet(session: AsyncSession, tablet_id: str) -> Tablet | None:
    """Return a tablet, or None."""
    kept = await session.get(KeptTablet, tablet_id)
    return _tablet(kept.model_dump()) if kept else None


async def hold_tablet(work: Work, tablet_id: str) -> Tablet | None:
    """Return a tablet that nobody else changes until the work is done, or None."""
    wanted = select(KeptTablet).where(KeptTablet.tablet_id == tablet_id).with_for_update()
    kept = (await work.exec(wanted)).first()
    return _tablet(kept.model_dump()) if kept else None


async def save_tablet(work: Work, tablet: Tablet) -> None:
    """Keep a tablet as it is given."""
    await keep(work, SAVE, [vars(tablet)])


async def list_tablets(
    session: AsyncSession, stations: Collection[str] | None, words: str, number: int
) -> Listed[Tablet]:
    """Return a page of the tablets of some stations (None: of all), those seen last first.

    `words` are what a name begins with, or a station; none for all.
    """
    words = words.strip().upper()
    asked = {
        "stations": None if stations is None else sorted(stations),
        "words": words,
        "name": words.removeprefix("TAB-").replace("-", ""),
    }
    page = page_of(number, (await session.execute(COUNT, asked)).scalar_one())
    rows = await session.execute(LIST, {**asked, "size": page.size, "offset": page.offset})
    return Listed(page, tuple(_tablet(dict(row)) for row in rows.mappings()))


def _tablet(row: dict[str, Any]) -> Tablet:
    return Tablet(**row | {"sign_ins": {each: datetime.fromisoformat(at) for each, at in row["sign_ins"].items()}})
