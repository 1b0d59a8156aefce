"""What came of each load of a reference file, and how much reference data there is."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.shared.paging import Page
from services.shared.rows import inserting, keep
from services.shared.transactions import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One load of a reference file: what came of it, and which rows were refused and why."""

    kind: str
    file: str
    source: str
    loaded: int
    updated: int
    unchanged: int
    refused: int
    refusals: Sequence[Any]
    loaded_by: str
    loaded_at: datetime


_COLUMNS = tuple(field.name for field in fields(Load))
_ADD = inserting("premises.loads", columns=_COLUMNS)
_PAGE = text(f"SELECT {', '.join(_COLUMNS)} FROM premises.loads ORDER BY number DESC OFFSET :offset LIMIT :size")
_COUNT = text("SELECT count(*) FROM premises.loads")
_COUNTS = text("""
    SELECT (SELECT count(*) FROM premises.premises) AS premises, (SELECT count(*) FROM premises.postcodes) AS postcodes,
        (SELECT count(*) FROM premises.areas) AS areas, (SELECT count(*) FROM premises.stations) AS stations
""")


async def add_load(work: Work, load: Load) -> None:
    """Keep what came of a load."""
    await keep(work, _ADD, [load])


async def count_loads(session: AsyncSession) -> int:
    """Return how many files have been loaded."""
    return int((await session.execute(_COUNT)).scalar_one())


async def list_loads(session: AsyncSession, page: Page) -> list[Load]:
    """Return a page of the loads, newest first."""
    rows = await session.execute(_PAGE, {"offset": page.offset, "size": page.size})
    return [Load(**row._mapping) for row in rows]


async def counts(session: AsyncSession) -> dict[str, int]:
    """Return how much reference data there is of each kind."""
    return dict((await session.execute(_COUNTS)).one()._mapping)
