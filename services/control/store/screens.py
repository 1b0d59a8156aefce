"""Records as they are answered: presented when they change, asked for many at once, each reading kept with that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.risk_register import RiskRecord
from services.control.store.reads import Reading
from services.shared.rows import as_rows, keep
from services.shared.transactions import Work

# One question that is a transaction of its own: what is answered is kept by then. Where somebody needs help out, the
# record is read with that, and so not here. A power cut may cost the last half second of reads, as elsewhere.
ANSWER = text("""
    WITH asked AS (
        SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS asked (
            number integer, premises_id text, who text, roles text, station text, purpose text, at timestamptz,
            correlation_id text, channel text
        )
    ), found AS (
        SELECT asked.*, screens.revision, screens.body FROM asked JOIN control.screens USING (premises_id)
        WHERE made_by = :made_by AND asked.at < holds_until AND NOT EXISTS (
            SELECT FROM control.needs WHERE needs.premises_id IN (screens.premises_id, screens.parent_id)
        )
    ), kept AS (
        INSERT INTO control.reads (premises_id, revision, who, roles, station, purpose, at, correlation_id, channel)
        SELECT premises_id, revision, who, roles, station, purpose, at, correlation_id, channel
        FROM found ORDER BY number
    )
    SELECT number, body, set_config('synchronous_commit', 'off', true) FROM found
""")
SHOWN = "SELECT premises_id, revision, record, shown_at FROM control.shown"
# What was never presented bears the time of its change: the newest is presented first.
CHANGED = text(f"""
    {SHOWN} WHERE premises_id IN (
        (SELECT premises_id FROM control.screens WHERE made_by = '' ORDER BY holds_until DESC LIMIT :limit)
        UNION ALL
        (SELECT premises_id FROM control.screens WHERE made_by = :made_by AND holds_until <= :now LIMIT :limit)
    )
""")
MADE_BY_OTHERS = text(f"""
    {SHOWN} WHERE premises_id IN (
        SELECT premises_id FROM control.screens WHERE made_by <> :made_by AND premises_id > :after
        ORDER BY premises_id LIMIT :limit
    ) ORDER BY premises_id
""")
# Whoever changes the record meanwhile is not waited for: theirs is presented next.
SAVE = text("""
    WITH made AS (
        SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS made (
            premises_id text, revision integer, made_by text, holds_until timestamptz, body text
        )
    ), held AS (
        SELECT premises_id FROM control.screens JOIN made USING (premises_id, revision)
        FOR UPDATE OF screens SKIP LOCKED
    )
    UPDATE control.screens
    SET made_by = made.made_by, holds_until = made.holds_until, body = decode(made.body, 'base64')
    FROM made JOIN held USING (premises_id) WHERE screens.premises_id = made.premises_id
""")


PRESENTED = text("""
    SELECT screens.premises_id, screens.revision, shown.revision, record, shown_at, holds_until, body
    FROM control.screens LEFT JOIN control.shown USING (premises_id)
    WHERE made_by = :made_by AND premises_id > :after ORDER BY premises_id LIMIT :limit
""")


@dataclass(frozen=True)
class ToPresent:
    """A record that is to be presented."""

    premises_id: str
    revision: int
    record: RiskRecord
    shown_at: datetime


@dataclass(frozen=True)
class Presented:
    """A record as it is answered until a moment; `made_by` names the code that presented it."""

    premises_id: str
    revision: int
    made_by: str
    holds_until: datetime
    body: str


@dataclass(frozen=True)
class Kept:
    """A record as it is answered, beside what is shown: None where that is another revision, or nothing."""

    premises_id: str
    revision: int
    record: RiskRecord | None
    shown_at: datetime
    holds_until: datetime
    body: bytes

    @property
    def last(self) -> datetime:
        """Return the last moment at which it reads so."""
        return self.holds_until - timedelta(microseconds=1)


async def answer(readings: Sequence[Reading], made_by: str, connection: AsyncConnection) -> list[bytes | None]:
    """Return each record as it is answered, keeping that it was read; None for one to be looked up otherwise."""
    rows = [vars(reading) | {"number": number} for number, reading in enumerate(readings)]
    found = (await connection.execute(ANSWER, {"rows": as_rows(rows), "made_by": made_by})).all()
    bodies = {number: body for number, body, _ in found}
    return [bodies.get(number) for number in range(len(rows))]


async def list_changed(session: AsyncSession, made_by: str, now: datetime, limit: int) -> list[ToPresent]:
    """Return records that changed since they were presented, or read otherwise by now, the newest first."""
    rows = await session.execute(CHANGED, {"made_by": made_by, "now": now, "limit": limit})
    return [ToPresent(row[0], row[1], RiskRecord.model_validate(row[2]), row[3]) for row in rows.all()]


async def list_made_by_others(session: AsyncSession, made_by: str, after: str, limit: int) -> list[ToPresent]:
    """Return records that another version of the code presented, or none, in the order of their ids."""
    rows = await session.execute(MADE_BY_OTHERS, {"made_by": made_by, "after": after, "limit": limit})
    return [ToPresent(row[0], row[1], RiskRecord.model_validate(row[2]), row[3]) for row in rows.all()]


async def save_presented(work: Work, presented: Sequence[Presented]) -> None:
    """Keep how records are answered from now on, of those that did not change meanwhile."""
    await keep(work, SAVE, presented)


async def list_presented(session: AsyncSession, made_by: str, after: str, limit: int) -> list[Kept]:
    """Return records as they are answered, by the code of that name, in the order of their ids."""
    rows = await session.execute(PRESENTED, {"made_by": made_by, "after": after, "limit": limit})
    return [
        Kept(premises_id, revision, RiskRecord.model_validate(record) if revision == now_shown else None, *rest)
        for premises_id, revision, now_shown, record, *rest in rows.all()
    ]
