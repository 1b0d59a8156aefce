"""What was fed: each file or message with what became of its lines, and the lines that wait to be mended."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import func, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.protection.rules.feeds import FeedKind, Line, Refusal
from services.protection.tables import RefusedLine
from services.shared.errors import FieldReason
from services.shared.paging import PAGE_SIZE, Page, page_of
from services.shared.rows import as_rows, rows_of
from services.shared.transactions import Work


@dataclass(frozen=True)
class Load:
    """A file or message that was fed, and how many of its lines were new, changed, the same as before, refused."""

    load_id: str
    kind: FeedKind
    source: str
    name: str
    by: str
    at: datetime
    new: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0

    @property
    def lines(self) -> int:
        """Return how many lines it had."""
        return self.new + self.changed + self.same + self.refused


@dataclass(frozen=True)
class Waiting:
    """A refused line that nobody has mended or set aside."""

    number: int
    load_id: str
    kind: FeedKind
    source: str
    refusal: Refusal
    refused_at: datetime


LOAD = ", ".join(each.name for each in fields(Load))
# A long file comes in parts: its counts grow with each.
SAVE_LOAD = text(f"""
    INSERT INTO protection.loads AS kept ({LOAD}) SELECT {LOAD} FROM {rows_of("protection.loads")}
    ON CONFLICT (load_id) DO UPDATE SET new = kept.new + excluded.new, changed = kept.changed + excluded.changed,
        same = kept.same + excluded.same, refused = kept.refused + excluded.refused
""")
KEEP_REFUSED = """
    INSERT INTO protection.refused_lines (load_id, kind, source, reference, line, fields, reasons, refused_at)
    SELECT load_id, kind, source, reference, line, fields, reasons, refused_at
"""
REFUSE = text(f"{KEEP_REFUSED} FROM {rows_of('protection.refused_lines')} ORDER BY line")
SETTLE = text("""
    UPDATE protection.refused_lines SET settled_at = :at, settled_by = :by, settled_reason = :why
    WHERE kind = :kind AND source = :source AND reference = ANY(:references) AND settled_at IS NULL
""")
SETTLE_LINES = text("""
    UPDATE protection.refused_lines SET settled_at = :at, settled_by = :by, settled_reason = :why
    WHERE number = ANY(:numbers) AND settled_at IS NULL RETURNING reference
""")
WAITING = text("""
    SELECT number, load_id, kind, source, reference, line, fields, reasons, refused_at
    FROM protection.refused_lines WHERE settled_at IS NULL ORDER BY number LIMIT :size OFFSET :offset
""")
TO_TRY = text("""
    SELECT number, load_id, kind, source, reference, line, fields, reasons, refused_at
    FROM protection.refused_lines WHERE settled_at IS NULL AND kind = :kind AND source = :source
    ORDER BY number LIMIT :most FOR UPDATE
""")
SOURCES = text("SELECT DISTINCT kind, source FROM protection.refused_lines WHERE settled_at IS NULL ORDER BY 1, 2")
LOADS = text(f"SELECT {LOAD} FROM protection.loads ORDER BY at DESC, load_id LIMIT :most")


async def save_load(work: Work, load: Load) -> None:
    """Keep what became of the lines of a file, or of a part of one."""
    await work.execute(SAVE_LOAD, {"rows": as_rows([asdict(load)])})


async def save_refused(work: Work, load: Load, refused: Sequence[Refusal], at: datetime) -> None:
    """Keep lines that were refused, as they came."""
    rows = [
        {
            "load_id": load.load_id,
            "kind": load.kind,
            "source": load.source,
            "reference": each.reference,
            "line": each.line.number,
            "fields": dict(each.line.fields),
            "reasons": [asdict(reason) for reason in each.reasons],
            "refused_at": at,
        }
        for each in refused
    ]
    if rows:
        await work.execute(REFUSE, {"rows": as_rows(rows)})


async def settle(work: Work, load: Load, references: Collection[str], why: str) -> None:
    """Keep that refused lines of a source have been overtaken: the same came again."""
    given = {"kind": load.kind, "source": load.source, "references": sorted(references)}
    if references:
        await work.execute(SETTLE, given | {"at": work.now, "by": load.by, "why": why})


async def settle_lines(work: Work, numbers: Sequence[int], by: str, why: str) -> list[str]:
    """Keep that some refused lines wait no longer; return the references of those that did."""
    given = {"numbers": list(numbers), "at": work.now, "by": by, "why": why}
    return list((await work.execute(SETTLE_LINES, given)).scalars())


async def list_waiting(session: AsyncSession, number: int) -> tuple[Page, list[Waiting]]:
    """Return a page of the refused lines that wait, the oldest first."""
    counted = select(func.count()).select_from(RefusedLine).where(col(RefusedLine.settled_at).is_(None))
    page = page_of(number, (await session.exec(counted)).one())
    rows = await session.execute(WAITING, {"size": PAGE_SIZE, "offset": page.offset})
    return page, [_waiting(row) for row in rows]


async def list_sources_waiting(session: AsyncSession) -> list[tuple[FeedKind, str]]:
    """Return the kinds and sources of which refused lines wait."""
    return [(FeedKind(row.kind), row.source) for row in await session.execute(SOURCES)]


async def hold_waiting(work: Work, kind: FeedKind, source: str, most: int) -> list[Waiting]:
    """Return refused lines of one source to be tried again, nobody else's until the transaction ends."""
    rows = await work.execute(TO_TRY, {"kind": kind, "source": source, "most": most})
    return [_waiting(row) for row in rows]


async def list_loads(session: AsyncSession, most: int) -> list[Load]:
    """Return the last files and messages, the newest first."""
    rows = await session.execute(LOADS, {"most": most})
    return [Load(**{**row._mapping, "kind": FeedKind(row.kind)}) for row in rows]


def _waiting(row: Any) -> Waiting:
    reasons = tuple(FieldReason(each["pointer"], each["reason"]) for each in row.reasons)
    refusal = Refusal(Line(row.line, row.fields), row.reference, reasons)
    return Waiting(row.number, row.load_id, FeedKind(row.kind), row.source, refusal, row.refused_at)
