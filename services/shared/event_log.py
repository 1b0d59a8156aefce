"""The event log: what was said, in the order it was committed; the outbox, the replay and the evidence in one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.envelope import Envelope, Event, type_name
from services.shared.chain import canonical, moment_of, seal
from services.shared.identifiers import new_id
from services.shared.rows import as_rows
from services.shared.tables import SaidEvent

CHANNEL = "event_log"
RELAY = "relay"
READ_ANY = """
    SELECT position, topic, key, event_id, type, source, correlation_id, caused_by, only_for,
        CAST(payload AS text) AS body, occurred_at, urgent
    FROM platform.event_log WHERE position > :position {} ORDER BY position LIMIT :limit
"""
READ_ALL = text(READ_ANY.format(""))
READ = text(READ_ANY.format("AND topic = ANY(:topics)"))
# Those that are urgent and, for each, all that was said before it under the same key: the order of a key is kept.
READ_URGENT = text("""
    WITH wanted AS (
        SELECT key, max(position) AS upto FROM platform.event_log AS log
        WHERE urgent AND position > :position AND topic = ANY(:topics)
            AND position <> ALL(CAST(:left_in_turn AS bigint[]))
            AND NOT EXISTS (
                SELECT FROM platform.inbox WHERE inbox.service = :reader AND inbox.event_id = log.event_id
            )
        GROUP BY key ORDER BY min(position) LIMIT :limit
    )
    SELECT position, topic, log.key, event_id, type, source, correlation_id, caused_by, only_for,
        CAST(payload AS text) AS body, occurred_at, urgent
    FROM wanted JOIN platform.event_log AS log ON log.key = wanted.key AND log.position <= wanted.upto
    WHERE log.position > :position AND topic = ANY(:topics) AND NOT EXISTS (
        SELECT FROM platform.inbox WHERE inbox.service = :reader AND inbox.event_id = log.event_id
    )
    ORDER BY position LIMIT :limit
""")
LAGS = text("""
    SELECT cursors.reader, count(log.position)
    FROM platform.cursors
    JOIN unnest(CAST(:readers AS text[]), CAST(:topics AS text[])) AS heard (reader, topic) USING (reader)
    LEFT JOIN platform.event_log AS log ON log.topic = heard.topic AND log.position > cursors.position
    GROUP BY cursors.reader
    UNION ALL
    SELECT reader, (SELECT count(*) FROM platform.event_log AS log WHERE log.position > cursors.position)
    FROM platform.cursors WHERE reader = :relay
""")


BEHIND = text("""
    SELECT DISTINCT reader FROM unnest(CAST(:readers AS text[]), CAST(:topics AS text[])) AS heard (reader, topic)
    LEFT JOIN platform.cursors USING (reader)
    WHERE EXISTS (
        SELECT FROM platform.event_log AS log
        WHERE log.topic = heard.topic AND log.position > coalesce(cursors.position, 0)
    )
""")


@dataclass(frozen=True)
class Cause:
    """Who acts, for which service, and because of what: it goes into every event and history entry.

    `happened_at` is when the event that led to this happened, which may be long before it arrives. What comes of
    something `urgent` is urgent too.
    """

    source: str
    actor: str
    correlation_id: str
    caused_by: UUID | None = None
    happened_at: datetime | None = None
    urgent: bool = False


@dataclass(frozen=True)
class LoggedEvent:
    """An event read from the log, with its position; `only_for` names the one service it was released for."""

    position: int
    envelope: Envelope
    key: str
    only_for: str | None


def content_of(line: Any) -> list[Any]:
    """Return what is sealed of a line of the log, from a row of it or from what is to become one."""
    return [*_before_payload(line), line.payload, *_after_payload(line)]


def _before_payload(line: Any) -> list[Any]:
    return [
        line.topic,
        line.key,
        str(line.event_id),
        line.type,
        line.source,
        line.correlation_id,
        str(line.caused_by) if line.caused_by else None,
        line.only_for,
    ]


def _after_payload(line: Any) -> list[str]:
    return [moment_of(line.occurred_at), moment_of(line.said_at)]


def said_lines(said: Sequence[tuple[Cause, Event, datetime]], at: datetime) -> list[SimpleNamespace]:
    """Return the lines that events are to become, unsealed."""
    return [
        SimpleNamespace(
            topic=event.topic,
            key=event.key(),
            event_id=new_id(at),
            type=type_name(type(event)),
            source=cause.source,
            correlation_id=cause.correlation_id,
            caused_by=cause.caused_by,
            only_for=None,
            payload=event.model_dump(mode="json"),
            occurred_at=occurred_at,
            said_at=at,
            urgent=cause.urgent,
        )
        for cause, event, occurred_at in said
    ]


def copied_lines(copies: Sequence[tuple[Envelope, str]], at: datetime) -> list[SimpleNamespace]:
    """Return the lines that copies of events, each for one service alone, are to become, unsealed."""
    return [
        SimpleNamespace(
            topic=envelope.topic,
            key=envelope.subject,
            event_id=envelope.id,
            type=envelope.type,
            source=envelope.source,
            correlation_id=envelope.correlation_id,
            caused_by=envelope.caused_by,
            only_for=service,
            payload=envelope.data,
            occurred_at=envelope.time,
            said_at=at,
            urgent=False,
        )
        for envelope, service in copies
    ]


def sealed_rows(lines: Sequence[SimpleNamespace], previous: str, key: bytes) -> str:
    """Return lines as rows for the log, each sealing the one before it.

    What is sealed in a visit makes its payload long: it is written as JSON once, for the seal and for the row.
    """
    rows = []
    for line in lines:
        payload = canonical(line.payload)
        words = f"{canonical(_before_payload(line))[:-1]},{payload},{canonical(_after_payload(line))[1:]}"
        previous = seal((previous + words).encode(), key)
        rest = {name: value for name, value in vars(line).items() if name != "payload"}
        rows.append(f'{as_rows(rest | {"seal": previous})[:-1]},"payload":{payload}}}')
    return f"[{','.join(rows)}]"


def as_logged(row: Row[Any]) -> LoggedEvent:
    """Return a line as it stands: one that does not fit is for its reader to refuse, or it would stop all readers."""
    version = row.type.rpartition(".v")[2]
    envelope = Envelope.model_construct(
        id=row.event_id,
        type=row.type,
        source=row.source,
        time=row.occurred_at,
        subject=row.key,
        correlation_id=row.correlation_id,
        caused_by=row.caused_by,
        version=int(version) if version.isdecimal() else 0,
        topic=row.topic,
        body=row.body.encode(),
        urgent=row.urgent,
    )
    return LoggedEvent(position=row.position, envelope=envelope, key=row.key, only_for=row.only_for)


async def read_after(
    session: AsyncSession, position: int, *, topics: Sequence[str] | None = None, limit: int = 50
) -> list[LoggedEvent]:
    """Return the next events after a position, in order; all topics unless some are named."""
    if topics is None:
        rows = await session.execute(READ_ALL, {"position": position, "limit": limit})
    else:
        rows = await session.execute(READ, {"position": position, "limit": limit, "topics": list(topics)})
    return [as_logged(row) for row in rows]


async def read_urgent_after(
    session: AsyncSession,
    position: int,
    *,
    reader: str,
    topics: Sequence[str],
    left_in_turn: Collection[int],
    limit: int,
) -> list[LoggedEvent]:
    """Return the urgent events after a position that a reader has not dealt with, in order, with all they must follow.

    Those at a position `left_in_turn` are not looked for.
    """
    asked = {"position": position, "reader": reader, "topics": list(topics), "limit": limit}
    return [
        as_logged(row) for row in await session.execute(READ_URGENT, asked | {"left_in_turn": sorted(left_in_turn)})
    ]


async def last_position(session: AsyncSession) -> int:
    """Return the position of the newest event, 0 if there is none."""
    return (await session.exec(select(func.max(SaidEvent.position)))).one() or 0


async def count_said(session: AsyncSession, topic: str) -> int:
    """Return how many events were said on a topic, copies out of quarantine not counted."""
    wanted = select(func.count()).where(SaidEvent.topic == topic, col(SaidEvent.only_for).is_(None))
    return (await session.exec(wanted)).one()


async def lags(session: AsyncSession, topics_of: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Return how many events each reader has not read yet: those on its topics, or all of them for the relay."""
    heard = [(reader, topic) for reader, topics in topics_of.items() for topic in topics]
    readers, topics = [reader for reader, _ in heard], [topic for _, topic in heard]
    rows = await session.execute(LAGS, {"readers": readers, "topics": topics, "relay": RELAY})
    return dict(rows.all())


async def position_before(session: AsyncSession, at: datetime) -> int:
    """Return the position just before the first event said at or after a time."""
    first = (await session.exec(select(func.min(SaidEvent.position)).where(col(SaidEvent.said_at) >= at))).one()
    return first - 1 if first is not None else await last_position(session)


async def list_behind(session: AsyncSession, heard: Mapping[str, Collection[str]]) -> set[str]:
    """Return which readers have something to hear, each by the topics that it hears."""
    pairs = [(reader, topic) for reader, topics in heard.items() for topic in topics]
    asked = {"readers": [reader for reader, _ in pairs], "topics": [topic for _, topic in pairs]}
    return set((await session.execute(BEHIND, asked)).scalars())
