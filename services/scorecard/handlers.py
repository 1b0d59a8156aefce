"""Keep where each visit stands, its quality, and each referral of the open streams, from what the others say."""

from collections.abc import Sequence

from schemas.control import DebriefAnswered
from schemas.envelope import Event
from schemas.referrals import ReferralAcknowledged, ReferralRaised
from schemas.risk_register import VisitQualityChecked
from services.scorecard.rules.debriefs import debrief_of
from services.scorecard.rules.quality import quality_of
from services.scorecard.rules.referral import referral_of
from services.scorecard.rules.states import after, news_of
from services.scorecard.store import hold_visits, save_debriefs, save_quality, save_referrals, save_visits
from services.shared.transactions import Heard, Work


async def note_news(heard: Sequence[Heard[Event]], work: Work) -> None:
    """Keep how visits stand, by what became of them."""
    found = [news for each in heard if (news := news_of(each.event, each.happened_at)) is not None]
    if not found:
        return
    visits = await hold_visits(work, [news.visit for news in found])
    for news in found:
        visits[news.visit.visit_id] = after(visits[news.visit.visit_id], news)
    await save_visits(work, visits.values())


async def note_referrals(heard: Sequence[Heard[ReferralRaised | ReferralAcknowledged]], work: Work) -> None:
    """Keep which referrals were raised, and which of them their desks took in hand."""
    await save_referrals(work, [referral_of(each.event) for each in heard])


async def note_debriefs(heard: Sequence[Heard[DebriefAnswered]], work: Work) -> None:
    """Keep whether the information was right, as those say who were at incidents."""
    await save_debriefs(work, [debrief_of(each.event) for each in heard])


async def note_quality(heard: Sequence[Heard[VisitQualityChecked]], work: Work) -> None:
    """Keep what the checks of quality found."""
    await save_quality(work, [quality_of(each.event) for each in heard])
