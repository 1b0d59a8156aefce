"""The count of changes to the reference data: how one process tells all others to read again."""

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.premises.rules.snapshots import Counted
from services.shared.transactions import Work

_COUNT = text(
    "INSERT INTO premises.gazetteer_generation AS g (id, number, announced, whole_from, areas_from, changed_at) "
    "VALUES (1, 1, 0, 0, 0, :at) ON CONFLICT (id) DO UPDATE SET number = g.number + 1, changed_at = :at "
    "RETURNING number"
)
_ANNOUNCE = text(
    "UPDATE premises.gazetteer_generation SET announced = number, "
    "whole_from = CASE WHEN :whole THEN number ELSE whole_from END, "
    "areas_from = CASE WHEN :areas THEN number ELSE areas_from END WHERE id = 1"
)
_READ = text("SELECT number, announced, whole_from, areas_from FROM premises.gazetteer_generation WHERE id = 1")


async def count_change(work: Work) -> int:
    """Return the number of a new change; whoever counts next waits until this transaction is committed.

    So whoever sees number n sees every row of every change up to n.
    """
    return int((await work.execute(_COUNT, {"at": work.now})).scalar_one())


async def announce(session: AsyncSession, *, whole: bool = False, areas: bool = False) -> None:
    """Ask every process to read what has changed; `whole` and `areas` say what must be read anew altogether."""
    await session.execute(_ANNOUNCE, {"whole": whole, "areas": areas})


async def read_count(session: AsyncSession) -> Counted:
    """Return how far the reference data has come."""
    row = (await session.execute(_READ)).one_or_none()
    return Counted(*row) if row else Counted()
