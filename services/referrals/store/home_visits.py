"""Keep how far Safe and Well is with a case, and, sealed, all that is recorded of it."""

from dataclasses import asdict

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.sensitive import Sealed
from services.referrals.rules.records import Filed
from services.referrals.store.desk import PROGRESS
from services.referrals.tables.cases import Case
from services.shared.rows import keep, updating
from services.shared.transactions import Work

SAVE = updating("safeguarding.cases", (*PROGRESS, "home_visit"))


async def save_home_visit(work: Work, filed: Filed, sealed: Sealed) -> None:
    """Keep how far a case is, and what is recorded of it, sealed; the case is locked for this transaction."""
    await keep(work, SAVE, [{"id": filed.id, **asdict(filed.progress), "home_visit": sealed}])


async def find_home_visit(session: AsyncSession, filed: Filed) -> Sealed | None:
    """Return what is recorded of a case, sealed; None if nothing is yet."""
    kept = (await session.exec(select(Case.home_visit).where(col(Case.id) == filed.id))).first()
    return Sealed.model_validate(kept) if kept else None
