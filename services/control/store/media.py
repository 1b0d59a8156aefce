"""Which photographs, plans and scans of visits may be seen, as the service of visits has said."""

from collections.abc import Collection, Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.control.tables.records import KeptMedium
from services.domain.media import Medium
from services.shared.rows import inserting, keep
from services.shared.transactions import Work

SAVE = inserting("control.media", "ORDER BY visit_id, sha256 ON CONFLICT DO NOTHING")


async def save_media(work: Work, media: Sequence[Medium]) -> None:
    """Keep that files may be seen; each once."""
    await keep(work, SAVE, media)


async def list_media(session: AsyncSession, visit_ids: Collection[str]) -> tuple[Medium, ...]:
    """Return what may be seen of some visits, the newest first."""
    wanted = select(KeptMedium).where(col(KeptMedium.visit_id).in_(visit_ids))
    rows = await session.exec(wanted.order_by(col(KeptMedium.received_at).desc(), col(KeptMedium.sha256)))
    return tuple(Medium(**row.model_dump()) for row in rows)
