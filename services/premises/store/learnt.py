"""Names learnt from people's decisions: kept with who taught them, taken back without being forgotten."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.shared.errors import Conflict, NotFound
from services.shared.paging import Page
from services.shared.transactions import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class LearntName:
    """Another name for a premises, learnt from a person's decision; undone, never deleted.

    `generation` is the change of the gazetteer by which it was learnt or undone.
    """

    alias_id: UUID
    premises_id: str
    name: str
    former: bool
    visit_id: str
    learnt_by: str
    learnt_at: datetime
    undone_by: str | None = None
    undone_at: datetime | None = None
    generation: int


_NAMES = tuple(field.name for field in fields(LearntName))
_ALL = f"SELECT {', '.join(_NAMES)} FROM premises.aliases"
_ADD = text(f"INSERT INTO premises.aliases ({', '.join(_NAMES)}) VALUES ({', '.join(f':{name}' for name in _NAMES)})")
_TAKE_BACK = text("""
    UPDATE premises.aliases SET undone_by = :undone_by, undone_at = :undone_at, generation = :generation
    WHERE alias_id = :alias_id
""")
_KNOWS = text("""
    SELECT EXISTS (
        SELECT FROM premises.aliases WHERE premises_id = :premises_id AND name = :name AND undone_at IS NULL
    )
""")
_HOLD = text(f"{_ALL} WHERE alias_id = :alias_id FOR UPDATE")
_HOLD_FROM = text(f"{_ALL} WHERE visit_id = :visit_id AND undone_at IS NULL ORDER BY alias_id FOR UPDATE")
_COUNT = text("SELECT count(*) FROM premises.aliases")
_PAGE = text(f"{_ALL} ORDER BY learnt_at DESC, alias_id OFFSET :offset LIMIT :size")


async def add_learnt_name(work: Work, name: LearntName) -> None:
    """Keep a name that was learnt now."""
    await work.execute(_ADD, asdict(name))


async def save_taken_back(work: Work, name: LearntName) -> None:
    """Keep that a learnt name was taken back."""
    await work.execute(_TAKE_BACK, asdict(name))


async def knows_name(work: Work, premises_id: str, name: str) -> bool:
    """Return whether a premises has a name already that was learnt and not taken back."""
    return bool((await work.execute(_KNOWS, {"premises_id": premises_id, "name": name})).scalar_one())


async def get_learnt_name(work: Work, alias_id: UUID) -> LearntName:
    """Return a learnt name, held for this transaction; raises if it is not there or was taken back."""
    row = (await work.execute(_HOLD, {"alias_id": alias_id})).one_or_none()
    if row is None:
        raise NotFound("there is no such name here")
    found = LearntName(**row._mapping)
    if found.undone_at is not None:
        raise Conflict("this name has already been taken back")
    return found


async def count_learnt_names(session: AsyncSession) -> int:
    """Return how many names have been learnt, those taken back among them."""
    return int((await session.execute(_COUNT)).scalar_one())


async def list_learnt_names(session: AsyncSession, page: Page) -> Sequence[LearntName]:
    """Return a page of learnt names, newest first."""
    rows = await session.execute(_PAGE, {"offset": page.offset, "size": page.size})
    return [LearntName(**row._mapping) for row in rows]


async def list_learnt_from(work: Work, visit_id: str) -> Sequence[LearntName]:
    """Return the names that were learnt from one visit and not taken back, held for this transaction."""
    return [LearntName(**row._mapping) for row in await work.execute(_HOLD_FROM, {"visit_id": visit_id})]
