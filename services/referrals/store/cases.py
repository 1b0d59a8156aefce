"""Keep the cases: sealed narratives, sealed facts about people, and who read them."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.sensitive import Sealed
from services.referrals.rules.records import Filed, OpenedCase
from services.referrals.store.referrals import columns_of
from services.referrals.tables import Case, PeopleFacts, Reading
from services.shared.identifiers import random_id


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


async def save_reading(session: AsyncSession, reading: OpenedCase) -> None:
    """Keep that somebody opened a case, and why."""
    session.add(Reading(id=random_id(), **asdict(reading)))
    await session.flush()


async def save_readings(session: AsyncSession, readings: Sequence[OpenedCase]) -> None:
    """Keep that somebody opened several things at once, and why."""
    session.add_all([Reading(id=random_id(), **asdict(reading)) for reading in readings])
    await session.flush()


async def find_open_reading(session: AsyncSession, case_id: UUID, who: str, now: datetime) -> OpenedCase | None:
    """Return the opening of a case by somebody that still lasts, if there is one."""
    wanted = select(Reading).where(Reading.case_id == case_id, Reading.who == who, col(Reading.open_until) > now)
    row = (await session.exec(wanted.order_by(col(Reading.at).desc()).limit(1))).first()
    return _opened(row) if row else None


async def end_readings(session: AsyncSession, case_id: UUID, who: str, now: datetime) -> None:
    """Close a case again for somebody before its time is up."""
    lasting = and_(col(Reading.case_id) == case_id, col(Reading.who) == who, col(Reading.open_until) > now)
    await session.execute(update(Reading).where(lasting).values(open_until=now))


async def has_read(session: AsyncSession, case_id: UUID, who: str, since: datetime) -> bool:
    """Return whether a case has lain open to somebody since a moment."""
    wanted = select(Reading.id).where(Reading.case_id == case_id, Reading.who == who, col(Reading.open_until) > since)
    return (await session.exec(wanted.limit(1))).first() is not None


async def count_readings(session: AsyncSession, case_id: UUID) -> int:
    """Return how often a case was opened."""
    return (await session.exec(select(func.count()).select_from(Reading).where(Reading.case_id == case_id))).one()


async def list_readings(session: AsyncSession, case_id: UUID, *, limit: int, offset: int = 0) -> list[OpenedCase]:
    """Return who opened a case, why, and when, newest first."""
    newest = select(Reading).where(Reading.case_id == case_id).order_by(col(Reading.at).desc(), col(Reading.id).desc())
    return [_opened(row) for row in (await session.exec(newest.limit(limit).offset(offset))).all()]


def _opened(row: Reading) -> OpenedCase:
    return OpenedCase(row.case_id, row.who, row.purpose, row.at, row.open_until)
