"""What the scorecard measures: where every visit is at this moment, and whether any was lost."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.visits import VisitSubmitted
from services.scorecard.presenters import Measured, state_lines
from services.scorecard.rules.quality import counted_from
from services.scorecard.rules.reconciliation import lost_before, reconcile
from services.scorecard.store import (
    count_missing,
    count_referrals,
    count_states,
    list_missing,
    list_said_among,
    measure_debriefs,
    measure_quality,
    measure_shown,
)
from services.shared.event_log import count_said
from services.shared.paging import page_of
from services.shared.quarantine import list_waiting_keys


async def measure(session: AsyncSession, now: datetime, page_number: int = 1) -> Measured:
    """Return everything the scorecard measures."""
    topic = VisitSubmitted.topic
    held = await list_said_among(session, topic, await list_waiting_keys(session, topic))
    counted = await count_states(session, held)
    lost, on_their_way = await count_missing(session, topic, held, lost_before(now))
    page = page_of(page_number, lost)
    missing = await list_missing(session, topic, held, lost_before(now), page)
    submitted = await count_said(session, topic)
    return Measured(
        account=reconcile(submitted, len(held), {each.state: each.visits for each in counted}),
        states=state_lines([(each.state, each.visits, each.oldest_at) for each in counted]),
        lost=[each.visit_id for each in missing],
        lost_page=page,
        on_their_way=on_their_way,
        shown_at_once=await measure_shown(session, before_review=True),
        shown_published=await measure_shown(session, before_review=False),
        debriefs=await measure_debriefs(session, counted_from(now)),
        quality=await measure_quality(session, counted_from(now)),
        referrals=await count_referrals(session, now),
    )
