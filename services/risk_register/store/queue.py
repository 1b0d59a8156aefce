"""The review queue, for reading: each visit once."""

from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.vocabulary import ReviewState
from services.domain.ris1.policy import HIGHEST_LEVEL
from services.risk_register.rules.items import Item
from services.risk_register.rules.review_queue import OPEN
from services.risk_register.store.rows import columns_of, item_of
from services.risk_register.tables.records import ReviewItem

# docs/domain/4.4.md: safety-critical, due first, level, rank, longest waiting; what nobody has scored stands with the
# highest level.
IN_ORDER = (
    col(ReviewItem.safety_critical).desc(),
    col(ReviewItem.due_at),
    func.coalesce(ReviewItem.base_level, HIGHEST_LEVEL).desc(),
    col(ReviewItem.rank).desc(),
    col(ReviewItem.submitted_at),
    col(ReviewItem.visit_id),
)
COLUMNS = columns_of(ReviewItem)
# The other visits to a premises that a page shows beside one, and so all that a reviewer can merge it into.
MOST_OTHERS = 100


async def find_item(session: AsyncSession, visit_id: str) -> Item | None:
    """Return a visit in the queue, None if it is not there."""
    row = (await session.execute(select_columns(*COLUMNS).where(col(ReviewItem.visit_id) == visit_id))).first()
    return item_of(row._asdict()) if row else None


async def list_others(session: AsyncSession, item: Item) -> tuple[list[Item], int]:
    """Return the other visits to its premises that wait, the first in the order of the queue, and how many do."""
    in_all = func.count().over().label("in_all")
    wanted = select_columns(*COLUMNS, in_all).where(
        col(ReviewItem.premises_id) == item.premises_id,
        col(ReviewItem.visit_id) != item.visit_id,
        col(ReviewItem.state).in_(OPEN),
    )
    rows = (await session.execute(wanted.order_by(*IN_ORDER).limit(MOST_OTHERS))).all()
    return [item_of(row._asdict()) for row in rows], rows[0].in_all if rows else 0


async def list_replaced_by(session: AsyncSession, item: Item) -> list[str]:
    """Return the visits that a crew sent again as this one; they stand beside it, at the same premises."""
    wanted = select(ReviewItem.visit_id).where(
        ReviewItem.premises_id == item.premises_id,
        ReviewItem.decided_with == item.visit_id,
        col(ReviewItem.state) == ReviewState.RESUBMITTED,
    )
    return list(await session.exec(wanted))


async def list_published_after(session: AsyncSession, premises_id: str, version: int) -> list[Item]:
    """Return the visits to a premises that were published after a version, oldest first."""
    wanted = select(ReviewItem).where(
        ReviewItem.premises_id == premises_id,
        col(ReviewItem.published_version) > version,
        col(ReviewItem.state).in_((ReviewState.PUBLISHED, ReviewState.PUBLISHED_AMENDED)),
    )
    rows = await session.exec(wanted.order_by(col(ReviewItem.published_version)))
    return [item_of(row.model_dump()) for row in rows]
