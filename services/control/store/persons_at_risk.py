"""Where every entry of the persons-at-risk boards is kept: added to, and never changed."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.vocabulary import AtRiskField
from services.control.rules.persons_at_risk import Entry
from services.shared.rows import inserting, keep
from services.shared.transactions import Work

NAMES = "entry_id, caller_id, field, value, based_on, author, said_at, received_at, position"
KNOWN = text(f"""
    SELECT {NAMES} FROM control.persons_at_risk WHERE incident_no = :incident_no AND entry_id = ANY(:entry_ids)
""")
LAST = text("SELECT coalesce(max(position), 0) FROM control.persons_at_risk WHERE incident_no = :incident_no")
SAVE = inserting("control.persons_at_risk")
AFTER = text(f"""
    SELECT {NAMES} FROM control.persons_at_risk WHERE incident_no = :incident_no AND position > :after
    ORDER BY position LIMIT :limit
""")


async def find_entries(session: AsyncSession, incident_no: str, entry_ids: Sequence[str]) -> dict[str, Entry]:
    """Return those of these entries of an incident that are kept, by their ids."""
    rows = await session.execute(KNOWN, {"incident_no": incident_no, "entry_ids": list(entry_ids)})
    return {row.entry_id: _read(row) for row in rows}


async def last_entry(session: AsyncSession, incident_no: str) -> int:
    """Return the position of an incident's last entry, which is how many there are."""
    return int((await session.execute(LAST, {"incident_no": incident_no})).scalar_one())


async def save_entries(work: Work, incident_no: str, entries: Sequence[Entry]) -> None:
    """Keep entries; each has its position already."""
    await keep(work, SAVE, [vars(each) | {"incident_no": incident_no} for each in entries])


async def list_entries(session: AsyncSession, incident_no: str, after: int, limit: int) -> tuple[Entry, ...]:
    """Return an incident's entries after a position, as they came in."""
    rows = await session.execute(AFTER, {"incident_no": incident_no, "after": after, "limit": limit})
    return tuple(_read(row) for row in rows)


def _read(row: Any) -> Entry:
    known = dict(row._mapping)
    based_on = json.loads(row.based_on) if isinstance(row.based_on, str) else row.based_on
    return Entry(**known | {"field": AtRiskField(row.field), "based_on": tuple(based_on)})
