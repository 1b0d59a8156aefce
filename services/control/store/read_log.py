"""Who opened which record, when, in which version and from where: searched, the newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.vocabulary import Role
from services.control.rules.reading import OWN_TEAM, Channel, LogWanted, Scope
from services.control.tables.reading import RecordRead

TABLE = f"control.{RecordRead.__tablename__}"
MOST_COUNTED = 10_000
# Each condition stands in the statement only where it is asked for, so that the index that fits is used.
CONDITIONS = {
    "premises_id": "reads.premises_id = :premises_id",
    "who": "reads.who = :who",
    "channel": "reads.channel = :channel",
    "version": "kept.version = :version",
}
OF_TEAM = """string_to_array(roles, ', ') && CAST(:team AS text[])
    AND NOT string_to_array(roles, ', ') && CAST(:never AS text[])"""


@dataclass(frozen=True)
class ReadLine:
    """One reading as the log has it; `version` and `name` are None where what was read is no record."""

    premises_id: str
    name: str | None
    version: int | None
    revision: int
    who: str
    roles: str
    station: str | None
    purpose: str
    at: datetime
    channel: Channel | None


@dataclass(frozen=True)
class LogSearch:
    """What of the log is searched: by whom it may be seen, and between which moments."""

    wanted: LogWanted
    scope: Scope
    after: datetime
    before: datetime


async def count_reads(session: AsyncSession, search: LogSearch) -> int:
    """Return how many readings a search finds; one more than is counted stands for all that are more."""
    counted = await session.execute(_count(_where(search)), _values(search) | {"most": MOST_COUNTED + 1})
    return int(counted.scalar_one())


async def list_reads(session: AsyncSession, search: LogSearch, limit: int, offset: int) -> list[ReadLine]:
    """Return some of the readings that a search finds, the newest first."""
    rows = await session.execute(_list(_where(search)), _values(search) | {"limit": limit, "offset": offset})
    return [_line(row) for row in rows]


def _where(search: LogSearch) -> str:
    conditions = [condition for name, condition in CONDITIONS.items() if getattr(search.wanted, name)]
    conditions += [OF_TEAM] if search.scope is Scope.OWN_TEAM else []
    return " AND ".join(["reads.at >= :after AND reads.at < :before", *conditions])


def _values(search: LogSearch) -> dict[str, Any]:
    wanted = search.wanted
    values: dict[str, Any] = {name: getattr(wanted, name) for name in CONDITIONS if getattr(wanted, name)}
    if search.scope is Scope.OWN_TEAM:
        values |= {"team": sorted(OWN_TEAM), "never": [Role.SAFEGUARDING]}
    return values | {"after": search.after, "before": search.before}


def _count(where: str) -> Any:
    return text(f"""
        SELECT count(*) FROM (
            SELECT FROM {TABLE} AS reads LEFT JOIN control.shown_history AS kept USING (premises_id, revision)
            WHERE {where} LIMIT :most
        ) AS found
    """)


def _list(where: str) -> Any:
    return text(f"""
        SELECT reads.*, kept.version, concat_ws(', ', nullif(shown.name, ''), nullif(shown.address, '')) AS called
        FROM {TABLE} AS reads LEFT JOIN control.shown_history AS kept USING (premises_id, revision)
        LEFT JOIN control.shown USING (premises_id)
        WHERE {where} ORDER BY reads.at DESC, reads.number DESC LIMIT :limit OFFSET :offset
    """)


def _line(row: Any) -> ReadLine:
    return ReadLine(
        premises_id=row.premises_id,
        name=row.called or None,
        version=row.version,
        revision=row.revision,
        who=row.who,
        roles=row.roles,
        station=row.station,
        purpose=row.purpose,
        at=row.at,
        channel=Channel(row.channel) if row.channel else None,
    )
