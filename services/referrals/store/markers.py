"""Find the violence markers that end soon: decided to stand long ago, or closed without deciding."""

from datetime import date, datetime

from sqlalchemy import and_, or_, select, text
from sqlmodel import col

from schemas.vocabulary import ReferralKind, ReferralState
from services.referrals.rules.outcomes import Outcome
from services.referrals.rules.records import Filed
from services.referrals.store.desk import columns_of_desk, filed_of, places
from services.referrals.tables.cases import Referral, VisitWhereabouts
from services.shared.transactions import Work

# What nobody decided ends by its review, or 12 months after its visit: asked for once, by the day `:until`.
UNDECIDED_ENDS = """
    COALESCE(
        visits.marker_review_on,
        CAST(referrals.raised_at AT TIME ZONE 'Europe/London' + INTERVAL '12 months' AS date)
    )
"""
UNDECIDED_ENDS_SOON = text(f"""
    {UNDECIDED_ENDS} BETWEEN :today AND :until AND
    referrals.finished_at < CAST({UNDECIDED_ENDS} - CAST(:until - :today AS integer) AS timestamp)
        AT TIME ZONE 'Europe/London'
""")


async def list_markers_ending(
    work: Work, decided_before: datetime, today: date, until: date, limit: int = 100
) -> list[Filed]:
    """Return the markers that stand by a decision before a moment, and the undecided that end by a day, locked.

    The longest closed come first; one that somebody is working on waits its turn.
    """
    closed = (col(Referral.kind) == ReferralKind.RI9, col(Referral.state) == ReferralState.CLOSED)
    stood = and_(col(Referral.outcome) == Outcome.MARKER_STANDS, col(Referral.finished_at) <= decided_before)
    undecided = and_(col(Referral.outcome) == Outcome.OTHER, UNDECIDED_ENDS_SOON)
    wanted = (
        select(*columns_of_desk(Referral), *places())
        .outerjoin(VisitWhereabouts, col(VisitWhereabouts.visit_id) == col(Referral.visit_id))
        .where(*closed, or_(stood, undecided))
        .order_by(col(Referral.finished_at), col(Referral.id))
        .limit(limit)
        .with_for_update(of=Referral, skip_locked=True)
    )
    return [filed_of(row) for row in await work.execute(wanted, {"today": today, "until": until})]
