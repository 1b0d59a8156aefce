"""Risk records and their versions, for reading; a version once published is never changed."""

from collections.abc import Collection

from sqlalchemy import select as select_columns
from sqlalchemy import tuple_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.risk_register.rules.dossiers import Record, Version
from services.risk_register.store.rows import columns_of, record_of, version_of
from services.risk_register.tables.records import KeptRecord, KeptVersion


async def find_record(session: AsyncSession, premises_id: str) -> Record | None:
    """Return a record for reading, None if nobody has visited the premises."""
    wanted = select_columns(*columns_of(KeptRecord)).where(col(KeptRecord.premises_id) == premises_id)
    row = (await session.execute(wanted)).first()
    return record_of(row._asdict()) if row else None


async def find_version(session: AsyncSession, premises_id: str, version: int) -> Version | None:
    """Return one publication, None if there is no such version."""
    row = await session.get(KeptVersion, (premises_id, version)) if version else None
    return version_of(row.model_dump()) if row else None


async def find_versions(session: AsyncSession, wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int], Version]:
    """Return some publications, by premises and number; leaves out what there is not."""
    if not wanted:
        return {}
    pair = tuple_(col(KeptVersion.premises_id), col(KeptVersion.version))
    rows = await session.exec(select(KeptVersion).where(pair.in_(wanted)))
    return {(row.premises_id, row.version): version_of(row.model_dump()) for row in rows}


async def list_versions(session: AsyncSession, premises_id: str, limit: int) -> list[Version]:
    """Return the newest publications of a premises, newest first; versions are counted from 1 without a gap."""
    wanted = select_columns(*columns_of(KeptVersion)).where(col(KeptVersion.premises_id) == premises_id)
    rows = await session.execute(wanted.order_by(col(KeptVersion.version).desc()).limit(limit))
    return [version_of(row._asdict()) for row in rows]
