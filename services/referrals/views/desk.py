"""The lists of a desk, a page at a time, and how many of what they list one person may read."""

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.vocabulary import ReferralKind
from services.referrals.rules.records import Filed
from services.referrals.rules.rights import scopes_of
from services.referrals.store.lists import count_filed, count_waiting, list_filed
from services.shared.identity import Person
from services.shared.paging import PAGE_SIZE, Listed, page_of


async def one_page(
    person: Person,
    kinds: frozenset[ReferralKind],
    session: AsyncSession,
    *,
    finished: bool = False,
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Listed[Filed]:
    """Return one page of the referrals of some kinds that somebody may read, in the order to work them."""
    scopes = scopes_of(person.roles, person.station, kinds)
    page = page_of(number, await count_filed(session, scopes, finished=finished), size)
    found = await list_filed(session, scopes, finished=finished, limit=size, offset=page.offset)
    return Listed(page, found)


async def waiting_for(person: Person, kinds: frozenset[ReferralKind], session: AsyncSession) -> int:
    """Return how many referrals of some kinds wait for somebody's desk to acknowledge them."""
    return await count_waiting(session, scopes_of(person.roles, person.station, kinds))
