"""Which watch is asked to have read which record, since when, until when, and who acknowledged it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.risk_register import RiskFacts
from schemas.vocabulary import Watch
from services.control.rules.reading import Channel
from services.control.rules.to_read import Ending, Ground, LastAsked, Owed, Why
from services.control.tables.reading import ReadingOwed
from services.shared.rows import as_rows, inserting, keep
from services.shared.transactions import Work

TABLE = f"control.{ReadingOwed.__tablename__}"
GROUNDS = text(f"""
    SELECT shown.premises_id, shown.station, asked.revision, asked.level, asked.station AS asked_station,
        asked.ended_at IS NULL AS is_open, kept.record -> 'facts' AS facts
    FROM control.shown
    LEFT JOIN LATERAL (
        SELECT premises_id, revision, level, station, ended_at FROM {TABLE}
        WHERE premises_id = shown.premises_id ORDER BY revision DESC LIMIT 1
    ) AS asked ON true
    LEFT JOIN control.shown_history AS kept ON kept.premises_id = asked.premises_id AND kept.revision = asked.revision
    WHERE shown.premises_id = ANY(CAST(:premises_ids AS text[]))
""")
OWE = inserting(TABLE, "ORDER BY premises_id, revision, station, watch ON CONFLICT DO NOTHING")
END = text(f"""
    UPDATE {TABLE} AS owed SET ended_at = :at, ended_because = ending.because
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS ending (premises_id text, revision integer, because text)
    WHERE owed.premises_id = ending.premises_id AND owed.revision < ending.revision AND owed.ended_at IS NULL
""")
# Opened is what the person had on a screen, in this revision or a later one: no pack, no code, nothing as it once was.
OPENED = """(
    SELECT max(kept.version) FROM control.reads JOIN control.shown_history AS kept USING (premises_id, revision)
    WHERE reads.premises_id = owed.premises_id AND reads.who = :who AND reads.revision >= owed.revision
        AND reads.at >= owed.asked_at AND (purpose IN ('look-up', 'live') OR purpose LIKE 'incident %')
)"""
LINE = (
    f"""owed.*, {OPENED} AS opened_version, shown.name, shown.address, shown.postcode, shown.version AS version_now"""
)
OF_SHOWN = f"FROM {TABLE} AS owed JOIN control.shown USING (premises_id)"
ONE = f"SELECT {LINE}, count(*) OVER () AS total {OF_SHOWN}"
TO_READ = text(f"""
    {ONE} WHERE owed.station = :station AND owed.watch = :watch AND acknowledged_at IS NULL AND ended_at IS NULL
    ORDER BY due_at, owed.level DESC, premises_id LIMIT :limit OFFSET :offset
""")
READ_SINCE = text(f"""
    {ONE} WHERE owed.station = :station AND owed.watch = :watch AND acknowledged_at >= :since AND ended_at IS NULL
    ORDER BY acknowledged_at DESC, premises_id LIMIT :limit
""")
OF_PREMISES = text(f"""
    {ONE} WHERE owed.station = :station AND premises_id = :premises_id AND ended_at IS NULL
    ORDER BY owed.watch
""")
HOLD = text(f"""
    SELECT {LINE} {OF_SHOWN}
    WHERE owed.station = :station AND owed.watch = :watch AND premises_id = :premises_id AND owed.revision = :revision
    FOR UPDATE OF owed
""")
COUNTS = text(f"""
    SELECT watch, count(*) AS owed FROM {TABLE}
    WHERE station = :station AND acknowledged_at IS NULL AND ended_at IS NULL GROUP BY watch
""")
ACKNOWLEDGE = text(f"""
    UPDATE {TABLE} SET acknowledged_at = :at, acknowledged_by = :who, acknowledged_from = :channel,
        acknowledged_version = :version
    WHERE premises_id = :premises_id AND revision = :revision AND station = :station AND watch = :watch
""")


@dataclass(frozen=True)
class OwedOf:
    """What names one ask: which watch of which station, which revision of which record."""

    premises_id: str
    revision: int
    station: str
    watch: Watch


@dataclass(frozen=True)
class OwedLine:
    """One record that a watch is asked to have read, or has read.

    `opened_version` is the newest that who asks had on a screen since, None if none; `version_now` is what is shown
    today, which may be newer than `version` without asking anew.
    """

    of: OwedOf
    name: str
    address: str
    postcode: str
    level: int
    version: int
    version_now: int
    because: tuple[Why, ...]
    asked_at: datetime
    due_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    acknowledged_version: int | None
    is_ended: bool
    opened_version: int | None


async def list_grounds(work: Work, premises_ids: Collection[str]) -> dict[str, Ground]:
    """Return, by premises that are shown, whose ground each lies in and what was asked of it last."""
    rows = await work.execute(GROUNDS, {"premises_ids": sorted(premises_ids)})
    return {row.premises_id: Ground(row.premises_id, row.station, _last(row)) for row in rows}


async def save_owed(work: Work, owed: Sequence[Owed], ended: Sequence[Ending], at: datetime) -> None:
    """Keep what watches are asked to read, and end what is asked no more."""
    await keep(work, OWE, owed)
    if ended:
        await work.execute(END, {"rows": as_rows(ended), "at": at})


async def list_to_read(
    session: AsyncSession, station: str, watch: Watch, who: str, limit: int, offset: int
) -> list[OwedLine]:
    """Return what a watch is asked to read, the first to be due first; whether this person opened it."""
    wanted = {"station": station, "watch": watch, "who": who, "limit": limit, "offset": offset}
    return [_line(row) for row in await session.execute(TO_READ, wanted)]


async def list_read_since(
    session: AsyncSession, station: str, watch: Watch, who: str, since: datetime, limit: int
) -> tuple[list[OwedLine], int]:
    """Return what a watch has acknowledged from a moment on, the newest first, and how many that is."""
    wanted = {"station": station, "watch": watch, "who": who, "since": since, "limit": limit}
    rows = (await session.execute(READ_SINCE, wanted)).all()
    return [_line(row) for row in rows], rows[0].total if rows else 0


async def list_owed_of(session: AsyncSession, station: str, premises_id: str, who: str) -> list[OwedLine]:
    """Return what the watches of a station are asked to read of one premises now, acknowledged or not."""
    wanted = {"station": station, "premises_id": premises_id, "who": who}
    return [_line(row) for row in await session.execute(OF_PREMISES, wanted)]


async def hold_owed(work: Work, of: OwedOf, who: str) -> OwedLine | None:
    """Return one ask, held for this work; None if there is no such one."""
    row = (await work.execute(HOLD, vars(of) | {"who": who})).one_or_none()
    return _line(row) if row else None


async def save_acknowledgement(
    work: Work, of: OwedOf, at: datetime | None, who: str | None, channel: Channel | None, version: int | None
) -> None:
    """Keep who acknowledged an ask, when, from where and in which version; nobody, where it is taken back."""
    await work.execute(ACKNOWLEDGE, vars(of) | {"at": at, "who": who, "channel": channel, "version": version})


async def count_owed(session: AsyncSession, station: str) -> dict[Watch, int]:
    """Return how many records each watch of a station still has to read."""
    rows = await session.execute(COUNTS, {"station": station})
    return {Watch(row.watch): row.owed for row in rows}


def _last(row: Any) -> LastAsked | None:
    if row.revision is None:
        return None
    facts = RiskFacts.model_validate(row.facts) if row.facts else None
    return LastAsked(row.revision, row.level, row.asked_station, row.is_open, facts)


def _line(row: Any) -> OwedLine:
    return OwedLine(
        of=OwedOf(row.premises_id, row.revision, row.station, Watch(row.watch)),
        name=row.name,
        address=row.address,
        postcode=row.postcode,
        level=row.level,
        version=row.version,
        version_now=row.version_now,
        because=tuple(Why(each) for each in row.because),
        asked_at=row.asked_at,
        due_at=row.due_at,
        acknowledged_at=row.acknowledged_at,
        acknowledged_by=row.acknowledged_by,
        acknowledged_version=row.acknowledged_version,
        is_ended=row.ended_at is not None,
        opened_version=row.opened_version,
    )
