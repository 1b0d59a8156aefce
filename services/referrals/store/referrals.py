"""Keep the referrals of the open streams."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.visit_parts import CrewReferral
from schemas.vocabulary import ReferralKind
from services.referrals.rules.raising import Raised, RaisedBecause
from services.referrals.rules.records import Filed
from services.referrals.tables.cases import DeskRow
from services.shared.rows import inserting, keep
from services.shared.transactions import Work

SAVE = inserting("referrals.referrals", "ON CONFLICT DO NOTHING RETURNING id")
WORDS = text("SELECT unit_ref, because, summary, by_crew FROM referrals.referrals WHERE id = :id")


# Of visits that amend one another, whichever was heard first.
RAISED_WITH_ANOTHER = text("""
    WITH RECURSIVE chain AS (
        SELECT visit_id AS asked_for, visit_id FROM referrals.visits WHERE visit_id = ANY(:visits)
        UNION
        SELECT chain.asked_for, other.visit_id
        FROM chain JOIN referrals.visits AS this USING (visit_id)
        JOIN referrals.visits AS other ON other.visit_id = this.amends OR other.amends = this.visit_id
    )
    SELECT asked_for, raised_as, unit_key, summary, by_crew
    FROM chain JOIN referrals.referrals USING (visit_id) WHERE visit_id <> asked_for
""")


@dataclass(frozen=True)
class ReferralWords:
    """What an open referral says: the unit, why it was raised, and the crew's words."""

    unit_ref: str
    because: tuple[RaisedBecause, ...]
    summary: str
    by_crew: tuple[CrewReferral, ...]


async def save_referrals(work: Work, referrals: Sequence[tuple[Filed, Raised]]) -> set[UUID]:
    """Keep referrals; return the ids of those kept: a visit has one of a kind about a unit, the first of them."""
    rows = [
        {
            **columns_of(filed),
            "unit_key": raised.same_as[1],
            "unit_ref": raised.unit_ref,
            "because": raised.because,
            "summary": raised.summary,
            "by_crew": raised.by_crew,
        }
        for filed, raised in referrals
    ]
    return {row.id for row in await keep(work, SAVE, rows)}


async def list_raised_with_another(work: Work, visits: Collection[str]) -> list[tuple[str, Raised]]:
    """Return what was raised with the visits that these amend, or that amend these, beside the visit asked for."""
    rows = await work.execute(RAISED_WITH_ANOTHER, {"visits": list(visits)})
    return [
        (
            row.asked_for,
            Raised(
                kind=ReferralKind(row.raised_as),
                unit_ref=row.unit_key,
                because=(),
                summary=row.summary,
                by_crew=tuple(CrewReferral.model_validate(referral) for referral in row.by_crew),
            ),
        )
        for row in rows
    ]


async def get_words(session: AsyncSession, referral_id: UUID) -> ReferralWords:
    """Return what an open referral says; raises `LookupError` if there is none."""
    row: Any = (await session.execute(WORDS, {"id": referral_id})).first()
    if row is None:
        raise LookupError("no such referral")
    return ReferralWords(
        unit_ref=row.unit_ref or "",
        because=tuple(RaisedBecause(reason) for reason in row.because),
        summary=row.summary,
        by_crew=tuple(CrewReferral.model_validate(referral) for referral in row.by_crew),
    )


def columns_of(filed: Filed) -> dict[str, Any]:
    """Return the columns that a referral and a case have alike."""
    return {name: getattr(filed, name) for name in DeskRow.model_fields}
