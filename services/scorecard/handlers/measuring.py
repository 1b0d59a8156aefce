"""Measure: where every visit is at this moment, and whether any was lost."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.visits import VisitSubmitted
from services.scorecard.presenters import Measured, state_lines
from services.scorecard.rules.reconciliation import reconcile
from services.scorecard.store import count_referrals, count_states, measure_shown
from services.shared.event_log import count_said
from services.shared.quarantine import list_waiting_keys


async def measure(session: AsyncSession, now: datetime) -> Measured:
    """Return everything the scorecard measures."""
    held = await list_waiting_keys(session, VisitSubmitted.topic)
    counted = await count_states(session, held)
    took = await measure_shown(session)
    submitted = await count_said(session, VisitSubmitted.topic)
    return Measured(
        account=reconcile(submitted, len(held), {each.state: each.visits for each in counted}),
        states=state_lines([(each.state, each.visits, each.oldest_at) for each in counted]),
        shown_count=took.count,
        shown_p50_s=took.p50_s,
        shown_p95_s=took.p95_s,
        referrals=await count_referrals(session, now),
    )
