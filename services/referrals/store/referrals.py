"""Keep the referrals of the open streams."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.visit_parts import CrewReferral
from services.referrals.rules.raising import Raised, RaisedBecause
from services.referrals.rules.records import Filed
from services.referrals.tables import Referral


@dataclass(frozen=True)
class Told:
    """What an open referral says: the unit, why it was raised, and the crew's words."""

    unit_ref: str
    because: tuple[RaisedBecause, ...]
    summary: str
    by_crew: tuple[CrewReferral, ...]


async def save_referral(session: AsyncSession, filed: Filed, raised: Raised) -> bool:
    """Keep a referral; return False if the visit already has one of this kind about this unit."""
    kept = await session.execute(
        insert(Referral)
        .values(
            **columns_of(filed),
            unit_key=raised.same_as[1],
            unit_ref=raised.unit_ref,
            because=[reason.value for reason in raised.because],
            summary=raised.summary,
            by_crew=[referral.model_dump(mode="json") for referral in raised.by_crew],
        )
        .on_conflict_do_nothing()
        .returning(col(Referral.id))
    )
    return kept.first() is not None


async def get_told(session: AsyncSession, referral_id: UUID) -> Told:
    """Return what an open referral says; raises `LookupError` if there is none."""
    row = await session.get(Referral, referral_id)
    if row is None:
        raise LookupError("no such referral")
    return Told(
        unit_ref=row.unit_ref or "",
        because=tuple(RaisedBecause(reason) for reason in row.because),
        summary=row.summary,
        by_crew=tuple(CrewReferral.model_validate(referral) for referral in row.by_crew),
    )


def columns_of(filed: Filed) -> dict[str, Any]:
    """Return the columns that a referral and a case have alike."""
    return {
        "id": filed.id,
        "visit_id": filed.visit_id,
        "kind": filed.kind.value,
        "raised_as": filed.raised_as.value,
        "priority": filed.priority.value,
        "state": filed.state.value,
        "station": filed.station,
        "raised_at": filed.raised_at,
        "clock_started_at": filed.clock_started_at,
        "acknowledge_by": filed.acknowledge_by,
        "first_action_by": filed.first_action_by,
        "human_contact_by": filed.human_contact_by,
        "acknowledged_at": filed.acknowledged_at,
        "acknowledged_by": filed.acknowledged_by,
        "spoken_at": filed.spoken_at,
        "finished_at": filed.finished_at,
        "version": filed.version,
        "outcome": filed.outcome.value if filed.outcome else None,
    }
