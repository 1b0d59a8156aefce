"""Who needs help to get out, sealed as it was heard: what is shown now, and what was at any moment before."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.sensitive import Sealed
from services.control.tables.records import NeedsShown


@dataclass(frozen=True)
class KeptNeeds:
    """What is held of one building, sealed; each change has a number of its own."""

    number: int
    premises_id: str
    sealed: Sealed


async def save_needs(
    session: AsyncSession, premises_id: str, sealed: Sealed, changed_at: datetime, shown_at: datetime
) -> None:
    """Keep sealed needs from now on; what was heard before is kept once."""
    row = {
        "premises_id": premises_id,
        "key_id": sealed.key_id,
        "changed_at": changed_at,
        "shown_at": shown_at,
        "sealed": sealed.model_dump(),
    }
    await session.execute(insert(NeedsShown).values(row).on_conflict_do_nothing())


async def list_needs(
    session: AsyncSession, premises_ids: Collection[str], at: datetime | None = None
) -> list[KeptNeeds]:
    """Return what is shown of some buildings, or was at a moment: of each what changed last."""
    wanted = select(NeedsShown).where(col(NeedsShown.premises_id).in_(premises_ids))
    if at is not None:
        wanted = wanted.where(col(NeedsShown.shown_at) <= at)
    newest = wanted.ext(distinct_on(col(NeedsShown.premises_id))).order_by(
        col(NeedsShown.premises_id), col(NeedsShown.changed_at).desc(), col(NeedsShown.number).desc()
    )
    rows = (await session.exec(newest)).all()
    return [KeptNeeds(row.number or 0, row.premises_id, Sealed.model_validate(row.sealed)) for row in rows]
