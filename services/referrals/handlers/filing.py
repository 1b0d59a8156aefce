"""Make a referral ready for its desk: how urgent, and by when; and keep new ones together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.vocabulary import ReferralState
from services.referrals.rules.alarms import Alarm, first_alarms
from services.referrals.rules.deadlines import deadlines_of
from services.referrals.rules.desks import is_held
from services.referrals.rules.kinds import priority_of
from services.referrals.rules.raising import Raised, says_the_same
from services.referrals.rules.records import Filed, Step
from services.referrals.rules.urgency import Appraisal
from services.referrals.store.desk import save_steps
from services.referrals.store.escalations import save_alarms
from services.referrals.store.referrals import list_raised_with_another, save_referrals
from services.shared.identifiers import random_id
from services.shared.transactions import Work

UNKNOWN = Appraisal()


@dataclass(frozen=True)
class Draft:
    """A referral that a visit raises, unless it has it already; the callsign is its crew's."""

    filed: Filed
    raised: Raised
    callsign: str


def new_filed(raised: Raised, visit_id: str, station: str, at: datetime, known: Appraisal = UNKNOWN) -> Filed:
    """Return a referral as it reaches its desk; the clock starts when the visit was received.

    `known` is what the risk register has made of the visit already; nothing waits for it.
    """
    priority = priority_of(raised.kind, level=known.base_level, safety_critical=bool(known.safety_critical))
    spoken = [referral.spoken_at for referral in raised.by_crew if referral.spoken_to and referral.spoken_at]
    return Filed(
        id=random_id(),
        visit_id=visit_id,
        kind=raised.kind,
        raised_as=raised.kind,
        priority=priority,
        state=ReferralState.RAISED,
        station=station,
        raised_at=at,
        clock_started_at=at,
        **vars(deadlines_of(raised.kind, priority, at)),
        acknowledged_at=None,
        acknowledged_by=None,
        spoken_at=min(spoken, default=None),
        finished_at=None,
        version=1,
        held=is_held(raised.kind, [referral.consent_state for referral in raised.by_crew]),
    )


def alarms_of(filed: Filed) -> tuple[Alarm, ...]:
    """Return the alarms to set for a referral that has just reached its desk."""
    return first_alarms(filed.kind, filed.priority, filed.clock_started_at, has_spoken=filed.spoken_at is not None)


async def keep_new(drafts: Sequence[Draft], work: Work) -> set[UUID]:
    """Keep new referrals and return their ids; one that its visit already has is left as it is."""
    drafts = await _not_told_before(drafts, work)
    kept = await save_referrals(work, [(draft.filed, draft.raised) for draft in drafts])
    new = [draft for draft in drafts if draft.filed.id in kept]
    await save_alarms(work, [(draft.filed, alarm) for draft in new for alarm in alarms_of(draft.filed)])
    await save_steps(work, [(draft.filed, step, None) for draft in new for step in _contacts(draft)])
    return kept


async def _not_told_before(drafts: Sequence[Draft], work: Work) -> Sequence[Draft]:
    """Return the drafts without those that were raised, to the letter, with a visit that theirs amends."""
    if not drafts:
        return drafts
    before = await list_raised_with_another(work, {draft.filed.visit_id for draft in drafts})
    return [
        draft
        for draft in drafts
        if not any(
            visit_id == draft.filed.visit_id and says_the_same(raised, draft.raised) for visit_id, raised in before
        )
    ]


def _contacts(draft: Draft) -> Iterator[Step]:
    for referral in draft.raised.by_crew:
        if referral.spoken_to and referral.spoken_at:
            yield Step(referral.spoken_at, draft.callsign, "contact", ReferralState.RAISED, referral.spoken_to)
