"""The worklist of Safe and Well as one person may see it: a page of it, how it divides, and the first contacts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from services.referrals.rules.records import Filed
from services.referrals.rules.rights import SAFE_AND_WELL_KINDS, scopes_of
from services.referrals.rules.worklist import Narrowed, Tally, fits, share_in_time
from services.referrals.store.worklist import count_first_contacts, list_worklist, tally_worklist
from services.shared.identity import Person
from services.shared.paging import Listed, page_of

MEASURED_OVER = timedelta(days=90)


@dataclass(frozen=True)
class Worklist:
    """One page of the cases asked for, all tallies of the open cases, and measure 19 (per cent, None of too few)."""

    listed: Listed[Filed]
    tallies: Sequence[Tally]
    in_time_percent: int | None


async def worklist(
    person: Person, narrowed: Narrowed, session: AsyncSession, now: datetime, number: int = 1
) -> Worklist:
    """Return a page of the open cases that somebody may read and asks for, in the order to work them."""
    scopes = scopes_of(person.roles, person.station, SAFE_AND_WELL_KINDS)
    tallies = await tally_worklist(session, scopes, now)
    page = page_of(number, sum(tally.count for tally in tallies if fits(tally, narrowed)))
    found = await list_worklist(session, scopes, narrowed, now, limit=page.size, offset=page.offset)
    due, met = await count_first_contacts(session, scopes, now - MEASURED_OVER, now)
    return Worklist(Listed(page, found), tallies, share_in_time(due, met))
