"""The records of a station's ground as tablets are given them, and which changed since one asked last: one question."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.control.rules.device_pack import PackRecord
from services.shared.rows import as_rows
from services.shared.transactions import Work

MOST = 5_000
# What was committed before the oldest transaction still under way was seen by whoever asked then; the rest is new, or
# is told twice. What is sealed, what people said and what nobody has reviewed stays in the database.
GROUND = text("""
    SELECT CAST(asked.cursor AS text) AS cursor, premises_id, revision, count(premises_id) OVER () AS total, is_new,
        CASE WHEN is_new THEN made.body END AS body,
        CASE WHEN is_new AND made.body IS NULL THEN record - '{reports,unverified,private}'::text[] END AS record
    FROM (
        SELECT pg_snapshot_xmin(pg_current_snapshot()) AS cursor, CAST(CAST(:since AS text) AS xid8) AS since
    ) AS asked
    LEFT JOIN control.shown ON station = :station
    LEFT JOIN control.packed USING (premises_id, revision)
    CROSS JOIN LATERAL (SELECT since IS NULL OR changed_in >= since OR since > asked.cursor AS is_new) AS told
    CROSS JOIN LATERAL (
        SELECT CASE WHEN made_by = :made_by AND holds_until > :today THEN packed.body END AS body
    ) AS made
    ORDER BY coalesce(level, 6) DESC, premises_id LIMIT :most
""")
SAVE = text("""
    INSERT INTO control.packed AS kept
    SELECT * FROM jsonb_populate_recordset(NULL::control.packed, CAST(:rows AS jsonb)) ORDER BY premises_id
    ON CONFLICT (premises_id) DO UPDATE SET
        revision = excluded.revision, made_by = excluded.made_by, holds_until = excluded.holds_until,
        body = excluded.body
    WHERE kept.revision <= excluded.revision
""")


@dataclass(frozen=True)
class Packed:
    """A record as tablets are given it until a day: JSON. `made_by` names the edition of what made it."""

    premises_id: str
    revision: int
    made_by: int
    holds_until: date
    body: str


@dataclass(frozen=True)
class GroundRecord:
    """One record of a ground; if it is new to who asks, as it was packed before, or itself to be packed now."""

    premises_id: str
    revision: int
    is_new: bool
    body: str | None
    told: dict[str, Any] | None

    @property
    def record(self) -> PackRecord:
        """Return the record itself."""
        return PackRecord.model_validate(self.told)


@dataclass(frozen=True)
class Ground:
    """The records of a station's ground, the highest level first, of so many in all; `cursor` is asked with next."""

    cursor: str
    total: int
    records: Sequence[GroundRecord]


async def list_ground(session: AsyncSession, station: str, since: str | None, made_by: int, today: date) -> Ground:
    """Return the records of a station's ground, with what changed since a cursor (None: everything)."""
    values = {"station": station, "since": since, "made_by": made_by, "today": today, "most": MOST}
    rows = (await session.execute(GROUND, values)).all()
    records = [
        GroundRecord(row.premises_id, row.revision, row.is_new, row.body, row.record) for row in rows if row.premises_id
    ]
    return Ground(rows[0].cursor, rows[0].total, records)


async def save_packed(work: Work, packed: Sequence[Packed]) -> None:
    """Keep how records are given to tablets; older news never replaces newer."""
    await work.execute(SAVE, {"rows": as_rows(packed)})
