"""How many visits each watch can make in a month, each version of the numbers kept, the present one first."""

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.vocabulary import Watch
from services.risk_register.rules.capacities import FIRST, Capacities
from services.risk_register.tables.plans import KeptCapacities
from services.shared.rows import inserting, keep
from services.shared.transactions import Work

HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended('risk_register.plan_capacities', 0))")
SAVE = inserting("risk_register.plan_capacities")
MOST_VERSIONS = 50


async def list_capacities(session: AsyncSession, most: int = MOST_VERSIONS) -> list[Capacities]:
    """Return the numbers as they were set, the present ones first, those that came with the system last."""
    rows = await session.exec(select(KeptCapacities).order_by(col(KeptCapacities.version).desc()).limit(most))
    found = [_capacities(row) for row in rows]
    return found if len(found) == most else [*found, FIRST]


async def find_capacities(session: AsyncSession) -> Capacities:
    """Return the numbers that count now."""
    return (await list_capacities(session, 1))[0]


async def hold_capacities(work: Work) -> Capacities:
    """Return the numbers that count now to change them: whoever else changes them waits."""
    await work.execute(HOLD)
    return await find_capacities(work)


async def save_capacities(work: Work, capacities: Capacities) -> None:
    """Keep numbers that were set."""
    await keep(work, SAVE, [capacities])


def _capacities(row: KeptCapacities) -> Capacities:
    stations = {
        station: {watch: numbers[watch] for watch in Watch if watch in numbers}
        for station, numbers in row.stations.items()
    }
    return Capacities(row.version, stations, row.set_by, row.set_at, row.reason)
