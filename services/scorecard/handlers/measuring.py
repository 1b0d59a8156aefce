"""Measure: where every visit is at this moment, and whether any was lost."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.visits import VisitSubmitted
from services.scorecard.presenters import Measured, Took, state_lines
from services.scorecard.rules.reconciliation import is_lost, reconcile
from services.scorecard.store import count_referrals, count_states, list_missing, list_said_among, measure_shown
from services.shared.event_log import count_said
from services.shared.quarantine import list_waiting_keys

MOST_NAMED = 50


async def measure(session: AsyncSession, now: datetime) -> Measured:
    """Return everything the scorecard measures."""
    topic = VisitSubmitted.topic
    held = await list_said_among(session, topic, await list_waiting_keys(session, topic))
    counted = await count_states(session, held)
    missing = await list_missing(session, topic, held, MOST_NAMED)
    at_once = await measure_shown(session, before_review=True)
    published = await measure_shown(session, before_review=False)
    submitted = await count_said(session, topic)
    return Measured(
        account=reconcile(submitted, len(held), {each.state: each.visits for each in counted}),
        states=state_lines([(each.state, each.visits, each.oldest_at) for each in counted]),
        lost=[each.visit_id for each in missing if is_lost(each.said_at, now)],
        on_their_way=sum(not is_lost(each.said_at, now) for each in missing),
        shown_at_once=Took(at_once.count, at_once.p50_s, at_once.p95_s),
        shown_published=Took(published.count, published.p50_s, published.p95_s),
        referrals=await count_referrals(session, now),
    )
