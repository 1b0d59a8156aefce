"""Find the violence markers that were decided to stand, long ago."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from schemas.vocabulary import ReferralKind, ReferralState
from services.referrals.rules.outcomes import Outcome
from services.referrals.rules.records import Filed
from services.referrals.store.desk import columns_of_desk, filed_of
from services.referrals.tables import Referral
from services.shared.transactions import Work


async def list_markers_decided_before(work: Work, at: datetime, limit: int = 100) -> list[Filed]:
    """Return the markers that stand by a decision made by a moment, the longest ago first, locked.

    One that somebody is working on waits its turn.
    """
    wanted = (
        select(*columns_of_desk(Referral))
        .where(
            col(Referral.kind) == ReferralKind.RI9,
            col(Referral.state) == ReferralState.CLOSED,
            col(Referral.outcome) == Outcome.MARKER_STANDS,
            col(Referral.finished_at) <= at,
        )
        .order_by(col(Referral.finished_at), col(Referral.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [filed_of(row) for row in await work.execute(wanted)]
