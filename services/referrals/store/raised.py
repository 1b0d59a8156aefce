"""How far what a crew raised with one visit has come: no words, no names."""

from typing import Any

from sqlalchemy import Select, func, literal, or_, select, union_all
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.vocabulary import ReferralKind, ReferralState
from services.referrals.rules.raising import RaisedBecause
from services.referrals.rules.recording import RECORDINGS
from services.referrals.rules.records import RaisedState
from services.referrals.tables.cases import Case, CaseStep, Referral, ReferralStep, VisitWhereabouts

# A visit has at most 30 referrals by its crew, and a marker for its hazards.
LONGEST_LIST = 40
BY_THE_CREW = (RaisedBecause.CREW, RaisedBecause.CREW_SAFETY)
NO_NEW_STATE = ("contact", "made more urgent")


async def was_sent_by(session: AsyncSession, visit_id: str, name: str) -> bool:
    """Return whether somebody sent a visit."""
    row = await session.get(VisitWhereabouts, visit_id)
    return row is not None and bool(name) and row.sent_by == name


async def list_raised(session: AsyncSession, visit_id: str) -> list[RaisedState]:
    """Return what a crew raised with a visit, as raised, and its state since when; open and closed streams alike."""
    both = union_all(_of(Referral, ReferralStep, visit_id), _of(Case, CaseStep, visit_id)).subquery().c
    wanted = select(both.raised_as, both.state, both.changed_at).order_by(both.raised_as, both.id).limit(LONGEST_LIST)
    return [
        RaisedState(ReferralKind(kind), ReferralState(state), changed_at)
        for kind, state, changed_at in (await session.execute(wanted)).all()
    ]


def _of(
    table: type[Referral] | type[Case], steps: type[ReferralStep] | type[CaseStep], visit_id: str
) -> Select[*tuple[Any, ...]]:
    mine = col(steps.about) == col(table.id)
    moved = select(func.max(steps.at)).where(mine, col(steps.action).not_in((*NO_NEW_STATE, *RECORDINGS)))
    # The first thing recorded makes it "in progress"; when the desk records more is nobody else's business.
    begun = select(func.min(steps.at)).where(mine, col(steps.action).in_(RECORDINGS))
    since = func.greatest(moved.scalar_subquery(), begun.scalar_subquery())
    by_crew = (
        or_(*(col(Referral.because).contains(literal([why.value], JSONB)) for why in BY_THE_CREW))
        if table is Referral
        else literal(True)
    )
    changed_at = func.coalesce(since, col(table.raised_at)).label("changed_at")
    chosen = select(col(table.id), col(table.raised_as), col(table.state), changed_at)
    return chosen.where(col(table.visit_id) == visit_id, by_crew)
