"""Keep where each visit was: what the crew wrote, and the premises once it is located."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.referrals.rules.records import Whereabouts
from services.referrals.rules.urgency import Appraisal
from services.referrals.tables import VisitWhereabouts

WRITTEN = ("written", "unit_ref", "callsign")
LOCATED = ("premises_id", "premises_name", "address", "postcode", "station_ground", "district", "parent_id")


async def save_written(session: AsyncSession, visit_id: str, where: Whereabouts) -> None:
    """Keep what the crew wrote; whichever is heard first, the place already known stays."""
    known = {name: getattr(where, name) for name in WRITTEN}
    await session.execute(_upsert(visit_id, known))


async def save_located(session: AsyncSession, visit_id: str, where: Whereabouts, at: datetime) -> None:
    """Keep the premises of a visit, and with it of its referrals and cases; the answer given last counts."""
    known = {name: getattr(where, name) for name in (*WRITTEN, *LOCATED)} | {"located_at": at}
    before = or_(col(VisitWhereabouts.located_at).is_(None), col(VisitWhereabouts.located_at) <= at)
    await session.execute(_upsert(visit_id, known, before))


async def save_sender(session: AsyncSession, visit_id: str, sent_by: str) -> None:
    """Keep who sent a visit; kept of every visit, so that it tells nothing."""
    await session.execute(_upsert(visit_id, {"sent_by": sent_by}))


async def find_whereabouts(session: AsyncSession, visit_id: str) -> Whereabouts:
    """Return where a visit was, as far as that is known."""
    row = await session.get(VisitWhereabouts, visit_id, populate_existing=True)
    known = row.model_dump(exclude={"visit_id", "located_at", "sent_by"}) if row else {}
    return Whereabouts(**known)


async def forget_located(session: AsyncSession, visit_id: str, at: datetime) -> None:
    """Forget the premises of a visit that was put back; what the crew wrote stays, and so does a later answer."""
    known: dict[str, Any] = {**dict.fromkeys(LOCATED, ""), "located_at": at}
    before = or_(col(VisitWhereabouts.located_at).is_(None), col(VisitWhereabouts.located_at) <= at)
    await session.execute(_upsert(visit_id, known, before))


async def save_appraisal(session: AsyncSession, visit_id: str, appraisal: Appraisal) -> None:
    """Keep what the risk register makes of a visit, the gravest that it ever said."""
    known = {name: value for name, value in asdict(appraisal).items() if value is not None}
    statement = insert(VisitWhereabouts).values(VisitWhereabouts(visit_id=visit_id, **known).model_dump())
    gravest = {
        "base_level": func.greatest(col(VisitWhereabouts.base_level), statement.excluded["base_level"]),
        "safety_critical": func.greatest(col(VisitWhereabouts.safety_critical), statement.excluded["safety_critical"]),
    }
    await session.execute(
        statement.on_conflict_do_update(index_elements=[col(VisitWhereabouts.visit_id)], set_=gravest)
    )


async def find_appraisal(session: AsyncSession, visit_id: str) -> Appraisal:
    """Return what the risk register made of a visit so far; nothing if it has said nothing."""
    row = await session.get(VisitWhereabouts, visit_id, populate_existing=True)
    return Appraisal(row.base_level, row.safety_critical) if row else Appraisal()


def _upsert(visit_id: str, known: dict[str, Any], only_where: ColumnElement[bool] | None = None) -> Insert:
    return (
        insert(VisitWhereabouts)
        .values(VisitWhereabouts(visit_id=visit_id, **known).model_dump())
        .on_conflict_do_update(index_elements=[col(VisitWhereabouts.visit_id)], set_=known, where=only_where)
    )
