"""The last file of each source: what it changed, and what of it was refused."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.control.rules.sources import Refusal, SourceKind
from services.shared.errors import FieldReason
from services.shared.rows import inserting, keep, replacing
from services.shared.transactions import Work

# Two files of one source come one after the other.
IN_TURN = text("SELECT pg_advisory_xact_lock(hashtextextended('control.sources/' || :kind || '/' || :source, 0))")
OF_FILE = ("name", "dated_on", "loaded_at", "loaded_by", "held", "came", "changed", "went", "refused")
FILE = ", ".join(("kind", "source", *OF_FILE))
SAVE = inserting("control.source_files", f"ON CONFLICT (kind, source) DO UPDATE SET {replacing(OF_FILE)}")
FORGET_REFUSED = text("DELETE FROM control.refused_items WHERE kind = :kind AND source = :source")
REFUSE = inserting(
    "control.refused_items", "ORDER BY item", ("kind", "source", "item", "reference", "fields", "reasons")
)
FORGET = text("DELETE FROM control.source_files WHERE kind = :kind AND source = :source")
FILES = text(f"SELECT {FILE} FROM control.source_files WHERE kind = :kind ORDER BY source LIMIT :most")
REFUSED = text("""
    SELECT source, item, reference, fields, reasons FROM control.refused_items
    WHERE kind = :kind ORDER BY source, item LIMIT :limit OFFSET :offset
""")
COUNT = text("SELECT count(*) FROM control.refused_items WHERE kind = :kind")
MOST_SOURCES = 100


@dataclass(frozen=True)
class SourceFile:
    """The last file of a source, of which day it tells, and what it changed."""

    kind: SourceKind
    source: str
    name: str
    dated_on: date
    loaded_at: datetime
    loaded_by: str
    held: int
    came: int
    changed: int
    went: int
    refused: int


async def hold_source(work: Work, kind: SourceKind, source: str) -> None:
    """Hold a source for this transaction, so that its files are taken one after the other."""
    await work.execute(IN_TURN, {"kind": kind.value, "source": source})


async def save_file(work: Work, file: SourceFile, refused: Sequence[Refusal]) -> None:
    """Keep what a file did and what of it was refused, in the place of the file before."""
    source = {"kind": file.kind.value, "source": file.source}
    await keep(work, SAVE, [asdict(file)])
    await work.execute(FORGET_REFUSED, source)
    await keep(work, REFUSE, [asdict(each) | source for each in refused])


async def forget_file(work: Work, kind: SourceKind, source: str) -> bool:
    """Forget a source's file and what of it was refused; return whether there was one."""
    values = {"kind": kind.value, "source": source}
    await work.execute(FORGET_REFUSED, values)
    return bool((await work.execute(FORGET, values)).rowcount)


async def list_files(session: AsyncSession, kind: SourceKind) -> list[SourceFile]:
    """Return the last file of each source, in the order of their names."""
    rows = await session.execute(FILES, {"kind": kind.value, "most": MOST_SOURCES})
    return [SourceFile(**dict(row._mapping) | {"kind": kind}) for row in rows.all()]


async def count_refused(session: AsyncSession, kind: SourceKind) -> int:
    """Return how much of the last files was refused."""
    return int((await session.execute(COUNT, {"kind": kind.value})).scalar_one())


async def list_refused(session: AsyncSession, kind: SourceKind, limit: int, offset: int) -> list[tuple[str, Refusal]]:
    """Return what of the last files was refused with its source, in the order of the files."""
    rows = await session.execute(REFUSED, {"kind": kind.value, "limit": limit, "offset": offset})
    return [
        (row.source, Refusal(row.item, row.reference, row.fields, tuple(FieldReason(**each) for each in row.reasons)))
        for row in rows.all()
    ]
