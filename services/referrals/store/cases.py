"""Keep the cases: sealed narratives, sealed facts about people, and who read them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.sensitive import Sealed
from services.referrals.rules.records import Filed
from services.referrals.store.referrals import columns_of
from services.referrals.tables import Case, PeopleFacts, Reading
from services.shared.identifiers import new_id


async def has_been_noted(session: AsyncSession, visit_id: str) -> bool:
    """Return whether the concerns of a visit are kept already."""
    cases = (await session.exec(select(Case.id).where(Case.visit_id == visit_id).limit(1))).first()
    return cases is not None or await session.get(PeopleFacts, visit_id) is not None


async def save_case(session: AsyncSession, filed: Filed, number: int, narrative: Sealed) -> None:
    """Keep a case. `number` tells the cases of one visit apart without a word about the unit."""
    session.add(Case(**columns_of(filed), number=number, held=filed.held, narrative=narrative.model_dump()))
    await session.flush()


async def save_people(session: AsyncSession, visit_id: str, facts_id: UUID, facts: Sealed) -> None:
    """Keep what a visit told about people, sealed."""
    session.add(PeopleFacts(visit_id=visit_id, id=facts_id, facts=facts.model_dump()))
    await session.flush()


async def get_narrative(session: AsyncSession, case_id: UUID) -> Sealed:
    """Return the sealed narrative of a case; raises `LookupError` if there is none."""
    row = await session.get(Case, case_id)
    if row is None:
        raise LookupError("no such case")
    return Sealed.model_validate(row.narrative)


async def find_people(session: AsyncSession, visit_id: str) -> tuple[UUID, Sealed] | None:
    """Return the id and the sealed facts about the people of a visit, if it told any."""
    row = await session.get(PeopleFacts, visit_id)
    return (row.id, Sealed.model_validate(row.facts)) if row else None


async def save_reading(session: AsyncSession, case_id: UUID, who: str, purpose: str, at: datetime) -> None:
    """Keep that somebody read a case, and why."""
    session.add(Reading(id=new_id(at), case_id=case_id, who=who, purpose=purpose, at=at))
    await session.flush()


async def find_reading(session: AsyncSession, case_id: UUID, who: str, since: datetime) -> tuple[str, datetime] | None:
    """Return why and when somebody last opened a case, if it was since a moment."""
    wanted = select(Reading).where(Reading.case_id == case_id, Reading.who == who, col(Reading.at) >= since)
    row = (await session.exec(wanted.order_by(col(Reading.at).desc()).limit(1))).first()
    return (row.purpose, row.at) if row else None


async def list_readings(session: AsyncSession, case_id: UUID, limit: int = 50) -> Sequence[tuple[str, str, datetime]]:
    """Return who read a case, why, and when, newest first."""
    wanted = select(Reading).where(Reading.case_id == case_id).order_by(col(Reading.at).desc()).limit(limit)
    return [(row.who, row.purpose, row.at) for row in (await session.exec(wanted)).all()]
