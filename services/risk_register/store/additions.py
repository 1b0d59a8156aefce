"""Safety-critical additions that nobody has reviewed yet: what became of those of a visit, and which have expired."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.risk_register.rules.dossiers import Unverified
from services.risk_register.store.rows import addition_of
from services.risk_register.tables.records import KeptAddition
from services.shared.transactions import Work

EXPIRE = text("""
    UPDATE risk_register.unverified_additions AS kept SET expired_at = :at
    FROM (
        SELECT id FROM risk_register.unverified_additions
        WHERE resolved_at IS NULL AND expired_at IS NULL AND expires_at <= :at ORDER BY id FOR UPDATE
    ) AS due
    WHERE kept.id = due.id RETURNING kept.visit_id, kept.summary
""")


async def list_of_visit(session: AsyncSession, visit_id: str) -> list[Unverified]:
    """Return every addition of one visit, resolved or not."""
    wanted = select(KeptAddition).where(KeptAddition.visit_id == visit_id)
    rows = await session.exec(wanted.order_by(col(KeptAddition.shown_at), col(KeptAddition.id)))
    return [addition_of(row.model_dump()) for row in rows]


async def mark_expired(work: Work, at: datetime) -> list[tuple[str, str]]:
    """Mark what has been unverified for 72 hours; return visit and summary of each.

    What has expired stays among what is shown: it waits for somebody to confirm it.
    """
    return [(row.visit_id, row.summary) for row in await work.execute(EXPIRE, {"at": at})]
