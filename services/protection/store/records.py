"""Notices, audits and incidents: taken in hand and kept many at a time."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import TextClause, text
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.vocabulary import AuditResult, IncidentKind, NoticeEnd, NoticeKind
from services.protection.rules.feeds import FeedKind
from services.protection.rules.records import PROTECTION, Audit, Incident, Notice, NoticeState
from services.shared.history import list_history
from services.shared.rows import keep, replacing, rows_of
from services.shared.transactions import Work

Record = Notice | Audit | Incident
Kept = TypeVar("Kept", Notice, Audit, Incident)
KIND: Mapping[type[Record], FeedKind] = {
    Notice: FeedKind.NOTICES,
    Audit: FeedKind.AUDITS,
    Incident: FeedKind.INCIDENTS,
}
KEYS = {FeedKind.NOTICES: "notice_id", FeedKind.AUDITS: "audit_id", FeedKind.INCIDENTS: "incident_id"}
TYPES: Mapping[FeedKind, type[Record]] = {kind: of for of, kind in KIND.items()}


def names_of(kind: FeedKind) -> tuple[str, ...]:
    """Return the columns of a kind of record."""
    return tuple(each.name for each in fields(TYPES[kind]))


def _saving(kind: FeedKind) -> TextClause:
    columns = ", ".join(names_of(kind))
    others = [name for name in names_of(kind) if name != KEYS[kind]]
    return text(f"""
        INSERT INTO protection.{kind.value} ({columns}) SELECT {columns} FROM {rows_of(f"protection.{kind.value}")}
        ORDER BY {KEYS[kind]} ON CONFLICT ({KEYS[kind]}) DO UPDATE SET {replacing(others)}
    """)


ONE_FEED = text("SELECT pg_advisory_xact_lock(hashtext(:source))")
SAVE = {kind: _saving(kind) for kind in FeedKind}
HOLD_FED = {
    kind: text(f"""
        SELECT {", ".join(names_of(kind))} FROM protection.{kind.value}
        WHERE source = :source AND reference = ANY(:references) ORDER BY {KEYS[kind]} FOR UPDATE
    """)
    for kind in FeedKind
}
HOLD_ONE = {
    kind: text(f"SELECT {', '.join(names_of(kind))} FROM protection.{kind.value} WHERE {KEYS[kind]} = :id FOR UPDATE")
    for kind in FeedKind
}
FIND = {
    kind: text(f"SELECT {', '.join(names_of(kind))} FROM protection.{kind.value} WHERE {KEYS[kind]} = :id")
    for kind in FeedKind
}
TAKEN = {
    kind: text(f"""
        SELECT 1 FROM protection.{kind.value}
        WHERE source = :source AND reference = :reference AND {KEYS[kind]} <> :but LIMIT 1
    """)
    for kind in FeedKind
}


async def save_records(work: Work, kind: FeedKind, records: Sequence[Record]) -> None:
    """Keep records of one kind, new ones and changed ones."""
    await keep(work, SAVE[kind], records)


async def hold_fed(work: Work, kind: FeedKind, source: str, references: Collection[str]) -> dict[str, Any]:
    """Return what is kept of a source by its own references; nobody else feeds it until the transaction ends."""
    await work.execute(ONE_FEED, {"source": f"protection/{kind.value}/{source}"})
    rows = await work.execute(HOLD_FED[kind], {"source": source, "references": sorted(references)})
    return {row.reference: record_of(kind, row) for row in rows}


async def hold_record(work: Work, of: type[Kept], record_id: str) -> Kept | None:
    """Return one record, nobody else's until the transaction ends; None if there is no such one."""
    row = (await work.execute(HOLD_ONE[KIND[of]], {"id": record_id})).one_or_none()
    return record_of(KIND[of], row) if row else None


async def find_record(session: AsyncSession, of: type[Kept], record_id: str) -> Kept | None:
    """Return one record for reading; None if there is no such one."""
    row = (await session.execute(FIND[KIND[of]], {"id": record_id})).one_or_none()
    return record_of(KIND[of], row) if row else None


async def is_taken(session: AsyncSession, kind: FeedKind, source: str, reference: str, but: str = "") -> bool:
    """Return whether another record of the source has a reference."""
    wanted = {"source": source, "reference": reference, "but": but}
    return (await session.execute(TAKEN[kind], wanted)).first() is not None


async def history_of(session: AsyncSession, record: str) -> list[Any]:
    """Return what was ever done to a record, oldest first: at, action, and the details that were kept."""
    return list(await list_history(session, PROTECTION, record))


def record_of(kind: FeedKind, row: Any) -> Any:
    """Return a record from its row."""
    values = {name: getattr(row, name) for name in names_of(kind)}
    if kind is FeedKind.NOTICES:
        because = NoticeEnd(row.because) if row.because else None
        codes = {"kind": NoticeKind(row.kind), "state": NoticeState(row.state), "because": because}
        return Notice(**values | codes)
    if kind is FeedKind.AUDITS:
        return Audit(**values | {"result": AuditResult(row.result), "summary": tuple(row.summary)})
    return Incident(**values | {"kind": IncidentKind(row.kind)})
