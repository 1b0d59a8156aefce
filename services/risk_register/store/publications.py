"""What was published of one building, and which visits it was made from: for comparing, and for looking back."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.risk_register.rules.dossiers import Unverified, Version
from services.risk_register.rules.items import Item
from services.risk_register.store.rows import addition_of, item_of, version_of
from services.risk_register.tables.records import KeptAddition, KeptVersion, ReviewItem


async def find_version_at(session: AsyncSession, premises_id: str, at: datetime) -> Version | None:
    """Return the newest publication of a premises at a moment, None if nothing was published yet."""
    wanted = select(KeptVersion).where(KeptVersion.premises_id == premises_id, KeptVersion.at <= at)
    row = (await session.exec(wanted.order_by(col(KeptVersion.version).desc()).limit(1))).one_or_none()
    return version_of(row.model_dump()) if row else None


async def every_version(session: AsyncSession, premises_id: str) -> list[Version]:
    """Return all publications of a premises, oldest first."""
    wanted = select(KeptVersion).where(KeptVersion.premises_id == premises_id).order_by(col(KeptVersion.version))
    return [version_of(row.model_dump()) for row in await session.exec(wanted)]


async def visits_published(session: AsyncSession, premises_id: str) -> dict[str, Item]:
    """Return the visits to a premises that were ever published, by their ids."""
    wanted = select(ReviewItem).where(
        ReviewItem.premises_id == premises_id, col(ReviewItem.published_version).is_not(None)
    )
    rows = await session.exec(wanted.order_by(col(ReviewItem.published_version)))
    return {row.visit_id: item_of(row.model_dump()) for row in rows}


async def find_visits(session: AsyncSession, visits: Collection[str]) -> dict[str, Item]:
    """Return some visits by their ids; leaves out what there is not."""
    if not visits:
        return {}
    rows = await session.exec(select(ReviewItem).where(col(ReviewItem.visit_id).in_(visits)))
    return {row.visit_id: item_of(row.model_dump()) for row in rows}


async def additions_at(session: AsyncSession, premises_id: str, at: datetime) -> list[Unverified]:
    """Return what was shown of a premises before review by a moment, and that nobody had resolved before it."""
    wanted = select(KeptAddition).where(
        KeptAddition.premises_id == premises_id,
        KeptAddition.shown_at <= at,
        or_(col(KeptAddition.resolved_at).is_(None), col(KeptAddition.resolved_at) > at),
    )
    rows = await session.exec(wanted.order_by(col(KeptAddition.reported_at), col(KeptAddition.id)))
    return [addition_of(row.model_dump()) for row in rows]
