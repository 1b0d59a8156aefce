"""What lies around a place, as one person may see it, and the lists of plans and of the files behind them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel.ext.asyncio.session import AsyncSession

from services.control.presenters.surroundings import PlanHere, Surroundings, plan_shown, surroundings_shown
from services.control.rules.area_plans import withheld_from
from services.control.rules.hydrants import crew_words
from services.control.rules.rights import KNOW_ALL_PLANS
from services.control.rules.sources import Refusal, SourceKind
from services.control.store.area_plans import count_plans, list_plans, plans_at
from services.control.store.hydrants import list_records_naming, nearest_hydrants
from services.control.store.sources import SourceFile, count_refused, list_files, list_refused
from services.shared.identity import Person
from services.shared.paging import Listed, page_of

NEAREST = 5
MOST_PLANS = 20


@dataclass(frozen=True)
class SourceFiles:
    """The last file of each source, and what of them was refused."""

    files: Sequence[SourceFile]
    refused: Listed[tuple[str, Refusal]]


async def surroundings_of(
    session: AsyncSession, easting: float, northing: float, person: Person, today: date
) -> Surroundings:
    """Return the nearest hydrants to a point on EPSG:27700, and the plans for its area that a person may know of."""
    at = (easting, northing)
    near = await nearest_hydrants(session, at, NEAREST)
    hydrants = [each.hydrant for each in near]
    crews = crew_words(hydrants, await list_records_naming(session, hydrants, at))
    plans = await plans_at(session, at, withheld_from(may_know=person.has(*KNOW_ALL_PLANS)), MOST_PLANS)
    return surroundings_shown([(each.hydrant, each.dated_on, each.distance_m) for each in near], crews, plans, today)


async def area_plans_for(session: AsyncSession, number: int, person: Person, today: date) -> Listed[PlanHere]:
    """Return a page of the plans that a person may know of, the first to be reviewed first."""
    withheld = withheld_from(may_know=person.has(*KNOW_ALL_PLANS))
    page = page_of(number, await count_plans(session, withheld))
    plans = await list_plans(session, withheld, page.size, page.offset)
    return Listed(page, [plan_shown(each, today) for each in plans])


async def source_files(session: AsyncSession, kind: SourceKind, number: int) -> SourceFiles:
    """Return the last files of a kind, and a page of what of them was refused."""
    page = page_of(number, await count_refused(session, kind))
    refused = await list_refused(session, kind, page.size, page.offset)
    return SourceFiles(await list_files(session, kind), Listed(page, refused))
