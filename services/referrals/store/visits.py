"""Keep where each visit was: what the crew wrote, and the premises once it is located."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.referrals.rules.records import Whereabouts
from services.referrals.tables import VisitWhereabouts

WRITTEN = ("written", "unit_ref", "callsign")
LOCATED = ("premises_id", "premises_name", "address", "postcode", "station_ground", "district")


async def save_written(session: AsyncSession, visit_id: str, where: Whereabouts) -> None:
    """Keep what the crew wrote; whichever is heard first, the place already known stays."""
    known = {name: getattr(where, name) for name in WRITTEN}
    await session.execute(_upsert(visit_id, known))


async def save_located(session: AsyncSession, visit_id: str, where: Whereabouts, at: datetime) -> None:
    """Keep the premises of a visit, and with it of its referrals and cases; the answer given last counts."""
    known = {name: getattr(where, name) for name in (*WRITTEN, *LOCATED)} | {"located_at": at}
    before = or_(col(VisitWhereabouts.located_at).is_(None), col(VisitWhereabouts.located_at) <= at)
    await session.execute(_upsert(visit_id, known, before))


def _upsert(visit_id: str, known: dict[str, Any], only_where: ColumnElement[bool] | None = None) -> Insert:
    return (
        insert(VisitWhereabouts)
        .values(VisitWhereabouts(visit_id=visit_id, **known).model_dump())
        .on_conflict_do_update(index_elements=[col(VisitWhereabouts.visit_id)], set_=known, where=only_where)
    )
