"""The history: who did what to which record, each entry sealing the one before it, so that no line can be altered.

There is one that every service reads; a service whose work must not be known keeps a second one, in its own schema.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from types import SimpleNamespace
from typing import Any

from sqlalchemy import TextClause, inspect, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.shared.chain import FIRST_LINK, seal
from services.shared.event_log import Cause
from services.shared.rows import as_rows
from services.shared.tables import HistoryEntry, HistoryRow


@dataclass(frozen=True)
class HistoryNote:
    """What is to be kept of one act, and in which history."""

    record: str
    action: str
    details: dict[str, Any] = field(default_factory=dict)
    kept_in: type[HistoryRow] = HistoryEntry


def link(previous_hash: str, entry: HistoryRow | SimpleNamespace, key: bytes | None = None) -> str:
    """Return what seals an entry to the one before it: HMAC-SHA-256, or plain SHA-256 as it was before the key."""
    content = json.dumps(
        [
            previous_hash,
            entry.service,
            entry.record,
            entry.action,
            entry.actor,
            entry.at.astimezone(UTC).isoformat(),
            entry.details,
            entry.correlation_id,
        ],
        sort_keys=True,
        separators=(",", ":"),
    )
    return seal(content.encode(), key)


def sealed_entries(
    noted: Sequence[tuple[Cause, HistoryNote]], previous: str, at: datetime, key: bytes
) -> list[dict[str, Any]]:
    """Return entries as rows for their history, each sealing the one before it."""
    entries = []
    for cause, kept in noted:
        entry = SimpleNamespace(
            service=cause.source,
            record=kept.record,
            action=kept.action,
            actor=cause.actor,
            at=at,
            details=kept.details,
            correlation_id=cause.correlation_id,
            previous_hash=previous,
        )
        entry.hash = previous = link(previous, entry, key)
        entries.append(vars(entry))
    return entries


async def append_apart(
    session: AsyncSession, noted: Sequence[tuple[Cause, HistoryNote]], at: datetime, key: bytes
) -> None:
    """Append entries to the histories that services keep apart; the caller holds the log's lock, and `key` seals."""
    for history in dict.fromkeys(kept.kept_in for _, kept in noted):
        newest, keep = _statements(history)
        previous = (await session.execute(newest)).scalar() or FIRST_LINK
        own = [(cause, kept) for cause, kept in noted if kept.kept_in is history]
        await session.execute(keep, {"entries": as_rows(sealed_entries(own, previous, at, key))})


def saving(history: type[HistoryRow]) -> str:
    """Return the statement that appends `:entries` to a history in their order."""
    name, columns = name_of(history), "service, record, action, actor, at, details, correlation_id, previous_hash, hash"
    return f"""
        INSERT INTO {name} ({columns}) SELECT {columns}
        FROM jsonb_populate_recordset(NULL::{name}, CAST(:entries AS jsonb)) WITH ORDINALITY ORDER BY ordinality
    """


@cache
def _statements(history: type[HistoryRow]) -> tuple[TextClause, TextClause]:
    """Return the statements that read the newest seal of a history, and append entries to it in their order."""
    return text(f"SELECT hash FROM {name_of(history)} ORDER BY number DESC LIMIT 1"), text(saving(history))


async def list_history(
    session: AsyncSession, service: str, record: str, history: type[HistoryRow] = HistoryEntry
) -> Sequence[HistoryRow]:
    """Return the history of one record, oldest first."""
    wanted = select(history).where(history.service == service, history.record == record).order_by(col(history.number))
    return (await session.exec(wanted)).all()


def name_of(history: type[HistoryRow]) -> str:
    """Return the name of the table that holds a history."""
    return str(inspect(history).persist_selectable)


async def may_read(session: AsyncSession, history: type[HistoryRow]) -> bool:
    """Return whether the database lets this user read a history."""
    schema, _, _ = name_of(history).partition(".")
    usable = text("SELECT has_schema_privilege(:schema, 'USAGE') AND has_table_privilege(:name, 'SELECT')")
    return bool((await session.execute(usable, {"schema": schema, "name": name_of(history)})).scalar_one())
