"""What was decided about the address of each visit, and which still need a person."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.premises.tables import Decision, LearntName
from services.shared.errors import Conflict, NotFound

__all__ = ["CaseState", "Decision", "LearntName"]


class CaseState(StrEnum):
    """Where the address of a visit stands."""

    LOCATED = "located"
    NEEDS_PERSON = "needs-person"
    RETURNED = "returned"


async def find_decision(session: AsyncSession, visit_id: str) -> Decision | None:
    """Return what was decided about a visit, or None."""
    return await session.get(Decision, visit_id)


async def hold_decision(session: AsyncSession, visit_id: str) -> Decision | None:
    """Return what was decided about a visit, held for this transaction, or None."""
    return await session.get(Decision, visit_id, with_for_update=True)


async def save_decision(session: AsyncSession, decision: Decision) -> None:
    """Keep a decision."""
    session.add(decision)


async def get_open_case(session: AsyncSession, visit_id: str, version: int) -> Decision:
    """Return the case of a visit, held for this transaction; raises if it is gone, decided or has moved on."""
    wanted = select(Decision).where(Decision.visit_id == visit_id).with_for_update()
    found = (await session.exec(wanted)).first()
    if found is None:
        raise NotFound("there is no such visit here")
    if found.state != CaseState.NEEDS_PERSON:
        raise Conflict("somebody has already decided about this visit: open the list again")
    if found.version != version:
        raise Conflict("this visit has been looked at anew since you opened it: open it again")
    return found


async def list_open_cases(session: AsyncSession, limit: int = 200) -> Sequence[Decision]:
    """Return the visits that need a person, oldest first."""
    wanted = (
        select(Decision)
        .where(Decision.state == CaseState.NEEDS_PERSON)
        .order_by(col(Decision.received_at), col(Decision.visit_id))
        .limit(limit)
    )
    return (await session.exec(wanted)).all()


async def count_open_cases(session: AsyncSession) -> int:
    """Return how many visits need a person."""
    wanted = select(func.count()).select_from(Decision).where(Decision.state == CaseState.NEEDS_PERSON)
    return (await session.exec(wanted)).one()


async def list_decided_by_people(session: AsyncSession, since: datetime, limit: int = 20) -> Sequence[Decision]:
    """Return what people decided lately, newest first."""
    wanted = (
        select(Decision)
        .where(
            Decision.state != CaseState.NEEDS_PERSON,
            Decision.decided_by != MATCHER,
            Decision.decided_at >= since,
        )
        .order_by(col(Decision.decided_at).desc())
        .limit(limit)
    )
    return (await session.exec(wanted)).all()


async def list_placed_by_matcher(
    session: AsyncSession, premises_ids: Collection[str], since: datetime, limit: int = 1000
) -> Sequence[Decision]:
    """Return the visits that the matcher placed on any of these premises since a moment, newest first."""
    wanted = (
        select(Decision)
        .where(
            Decision.state == CaseState.LOCATED,
            Decision.decided_by == MATCHER,
            col(Decision.premises_id).in_(premises_ids),
            Decision.decided_at >= since,
        )
        .order_by(col(Decision.decided_at).desc())
        .limit(limit)
    )
    return (await session.exec(wanted)).all()


MATCHER = "matcher"
