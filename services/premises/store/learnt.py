"""Names learnt from people's decisions: kept with who taught them, taken back without being forgotten."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.premises.tables import LearntName
from services.shared.errors import Conflict, NotFound
from services.shared.paging import Page

__all__ = ["LearntName"]


async def save_learnt_name(session: AsyncSession, name: LearntName) -> None:
    """Keep a learnt name."""
    session.add(name)


async def find_learnt_name(session: AsyncSession, premises_id: str, name: str) -> LearntName | None:
    """Return the name as already learnt for a premises and not taken back, or None."""
    wanted = select(LearntName).where(
        LearntName.premises_id == premises_id, LearntName.name == name, col(LearntName.undone_at).is_(None)
    )
    return (await session.exec(wanted)).first()


async def get_learnt_name(session: AsyncSession, alias_id: UUID) -> LearntName:
    """Return a learnt name, held for this transaction; raises if it is not there or was taken back."""
    found = (await session.exec(select(LearntName).where(LearntName.alias_id == alias_id).with_for_update())).first()
    if found is None:
        raise NotFound("there is no such name here")
    if found.undone_at is not None:
        raise Conflict("this name has already been taken back")
    return found


async def count_learnt_names(session: AsyncSession) -> int:
    """Return how many names have been learnt, those taken back among them."""
    return (await session.exec(select(func.count()).select_from(LearntName))).one()


async def list_learnt_names(session: AsyncSession, page: Page) -> Sequence[LearntName]:
    """Return a page of learnt names, newest first."""
    wanted = select(LearntName).order_by(col(LearntName.learnt_at).desc(), col(LearntName.alias_id))
    return (await session.exec(wanted.offset(page.offset).limit(page.size))).all()


async def list_learnt_from(session: AsyncSession, visit_id: str) -> Sequence[LearntName]:
    """Return the names that were learnt from one visit and not taken back, held for this transaction."""
    wanted = select(LearntName).where(LearntName.visit_id == visit_id, col(LearntName.undone_at).is_(None))
    return (await session.exec(wanted.with_for_update())).all()
