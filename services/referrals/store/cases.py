"""Keep the cases: sealed narratives, sealed facts about people, and who read them."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, text, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.sensitive import Sealed
from services.referrals.rules.records import Filed, OpenedCase
from services.referrals.store.referrals import columns_of
from services.referrals.tables.cases import Case, PeopleFacts, Reading
from services.shared.identifiers import random_id
from services.shared.rows import inserting, keep, updating
from services.shared.transactions import Work

NOTED = text("""
    SELECT visit_id FROM safeguarding.cases WHERE visit_id = ANY(:visit_ids)
    UNION SELECT visit_id FROM safeguarding.people WHERE visit_id = ANY(:visit_ids)
""")
SAVE_CASES = inserting("safeguarding.cases")
SAVE_PEOPLE = inserting("safeguarding.people")
REPLACE_PEOPLE = updating("safeguarding.people", ("id", "facts"), key="visit_id")
WITH_CASES = text("SELECT DISTINCT visit_id FROM safeguarding.cases WHERE visit_id = ANY(:visit_ids)")


async def list_noted(session: AsyncSession, visit_ids: Collection[str]) -> set[str]:
    """Return of some visits those whose concerns are kept already."""
    return set((await session.execute(NOTED, {"visit_ids": list(visit_ids)})).scalars())


async def save_cases(work: Work, cases: Sequence[tuple[Filed, int, Sealed]]) -> None:
    """Keep cases, each with a number that tells those of one visit apart without a word about the unit."""
    rows = [
        {**columns_of(filed), "number": number, "held": filed.held, "narrative": narrative}
        for filed, number, narrative in cases
    ]
    await keep(work, SAVE_CASES, rows)


async def save_people(work: Work, reported: Sequence[tuple[str, UUID, Sealed]]) -> None:
    """Keep what visits told about people, given as (visit, id of the facts, the facts sealed)."""
    rows = [{"visit_id": visit_id, "id": facts_id, "facts": facts} for visit_id, facts_id, facts in reported]
    await keep(work, SAVE_PEOPLE, rows)


async def replace_people(work: Work, reported: Sequence[tuple[str, UUID, Sealed]]) -> None:
    """Keep something else of what visits told about people, given as (visit, new id of the facts, the facts sealed)."""
    rows = [{"visit_id": visit_id, "id": facts_id, "facts": facts} for visit_id, facts_id, facts in reported]
    await keep(work, REPLACE_PEOPLE, rows)


async def list_with_cases(session: AsyncSession, visit_ids: Collection[str]) -> set[str]:
    """Return of some visits those on which a safeguarding case rests."""
    return set((await session.execute(WITH_CASES, {"visit_ids": list(visit_ids)})).scalars())


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


async def save_reading(work: Work, reading: OpenedCase) -> None:
    """Keep that somebody opened a case, and why."""
    work.add(Reading(id=random_id(), **asdict(reading)))
    await work.flush()


async def save_readings(work: Work, readings: Sequence[OpenedCase]) -> None:
    """Keep that somebody opened several things at once, and why."""
    work.add_all([Reading(id=random_id(), **asdict(reading)) for reading in readings])
    await work.flush()


async def find_open_reading(session: AsyncSession, case_id: UUID, who: str, now: datetime) -> OpenedCase | None:
    """Return the opening of a case by somebody that still lasts, if there is one."""
    wanted = select(Reading).where(Reading.case_id == case_id, Reading.who == who, col(Reading.open_until) > now)
    row = (await session.exec(wanted.order_by(col(Reading.at).desc()).limit(1))).first()
    return _opened(row) if row else None


async def end_readings(work: Work, case_id: UUID, who: str, now: datetime) -> None:
    """Close a case again for somebody before its time is up."""
    lasting = and_(col(Reading.case_id) == case_id, col(Reading.who) == who, col(Reading.open_until) > now)
    await work.execute(update(Reading).where(lasting).values(open_until=now))


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
