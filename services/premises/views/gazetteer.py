"""What the matcher has learnt from people, and what reference data is loaded."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.matching import Entry
from services.premises.rules.snapshots import Snapshot
from services.premises.store.decided import PlacedByName, list_placed_by_names
from services.premises.store.learnt import LearntName, count_learnt_names, list_learnt_names
from services.premises.store.loads import Load, count_loads, counts, list_loads
from services.shared.paging import Page, page_of

NAMED = 50
LOADS = 12


@dataclass(frozen=True)
class LearntLine:
    """A learnt name, the entry that it is a name of, and the visits it has placed."""

    learnt: LearntName
    of: Entry | None
    placed: PlacedByName


@dataclass(frozen=True)
class LearntAndLoaded:
    """A page of learnt names, a page of the files that were loaded, and how much there is of each kind of data."""

    names: list[LearntLine]
    page: Page
    loads: list[Load]
    load_page: Page
    counted: dict[str, int]


async def learnt_and_loaded(
    session: AsyncSession, snapshot: Snapshot, number: int, load_number: int
) -> LearntAndLoaded:
    """Return a page of learnt names, newest first, and a page of the files that were loaded, newest first."""
    page = page_of(number, await count_learnt_names(session))
    names = await list_learnt_names(session, page)
    placed = await list_placed_by_names(session, [name.alias_id for name in names], NAMED)
    load_page = page_of(load_number, await count_loads(session), LOADS)
    lines = [LearntLine(name, snapshot.gazetteer.get(name.premises_id), placed[name.alias_id]) for name in names]
    return LearntAndLoaded(lines, page, await list_loads(session, load_page), load_page, await counts(session))


async def placed_by_name(session: AsyncSession, alias_id: UUID) -> int:
    """Return how many visits a learnt name has placed."""
    return (await list_placed_by_names(session, [alias_id], 0))[alias_id].total
