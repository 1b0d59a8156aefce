"""What a crew may know of what it raised with a visit of its own: the state of each, and nothing else."""

from sqlmodel.ext.asyncio.session import AsyncSession

from services.referrals.rules.records import RaisedState
from services.referrals.store.raised import list_raised, was_sent_by
from services.shared.errors import NotFound
from services.shared.identity import Person

NOT_YOURS = "you sent no visit under this number, or it has not arrived here yet: look again in a minute"


async def raised_with(visit_id: str, person: Person, session: AsyncSession) -> list[RaisedState]:
    """Return the state of each referral that a person raised with a visit; another's visit is told like none."""
    if not await was_sent_by(session, visit_id, person.name):
        raise NotFound(NOT_YOURS)
    return await list_raised(session, visit_id)
