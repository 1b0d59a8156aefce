"""What Protection says of each building: kept whether or not there is a record, which it waits for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.protection import FireSafety
from services.shared.rows import keep, rows_of
from services.shared.transactions import Work

# Who hears of a building and who begins its record at the same moment wait for each other, so that neither misses
# what the other does.
LOCK = "hashtext('risk_register.fire_safety')"
ALONE = text(f"SELECT pg_advisory_xact_lock({LOCK})")
BESIDE_OTHERS = text(f"SELECT pg_advisory_xact_lock_shared({LOCK})")
GIVE = text("""
    UPDATE risk_register.records SET fire_safety = heard.fire_safety FROM risk_register.fire_safety AS heard
    WHERE heard.premises_id = records.premises_id AND records.premises_id = ANY(:ids)
""")
# Of two that were said of one building the later one counts, whichever came first.
SAVE = text(f"""
    INSERT INTO risk_register.fire_safety AS kept
    SELECT * FROM {rows_of("risk_register.fire_safety")} ORDER BY premises_id
    ON CONFLICT (premises_id) DO UPDATE SET revision = excluded.revision, fire_safety = excluded.fire_safety,
        heard_at = excluded.heard_at
    WHERE kept.revision < excluded.revision RETURNING premises_id
""")
FIND = text("SELECT fire_safety FROM risk_register.fire_safety WHERE premises_id = :premises_id")


@dataclass(frozen=True)
class HeardOf:
    """What was said of one building, None: nothing of it holds any more."""

    premises_id: str
    revision: int
    fire_safety: FireSafety | None
    heard_at: datetime


async def give_what_waited(work: Work, premises_ids: Sequence[str]) -> None:
    """Give records that have just begun what was said of their buildings before."""
    if premises_ids:
        await work.execute(BESIDE_OTHERS)
        await work.execute(GIVE, {"ids": list(premises_ids)})


async def save_heard(work: Work, heard: Sequence[HeardOf]) -> set[str]:
    """Keep what was said of buildings; return those of which it is news. The records are held after this."""
    await work.execute(ALONE)
    return {row.premises_id for row in await keep(work, SAVE, heard)}


async def find_heard(session: AsyncSession, premises_id: str) -> FireSafety | None:
    """Return what was said last of a building, None if nothing holds there."""
    said = (await session.execute(FIND, {"premises_id": premises_id})).scalar_one_or_none()
    return FireSafety.model_validate(said) if said else None
