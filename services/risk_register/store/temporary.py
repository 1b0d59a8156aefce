"""Where temporary risks are kept: open ones at the premises in hand, the list, each with its history, until removed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.premises import LocatedPremises
from schemas.vocabulary import TemporarySource
from services.risk_register.rules.temporary import Altered, HistoryLine, TemporaryEnd, TemporaryRisk, TemporaryState
from services.risk_register.tables.faults import KeptTemporaryChange
from services.shared.paging import PAGE_SIZE, Page, page_of
from services.shared.rows import as_rows, replacing
from services.shared.transactions import Work

COLUMNS = tuple(each.name for each in fields(TemporaryRisk))
NAMES = ", ".join(COLUMNS)
PLACED = ", ".join(f"kept.{name}" for name in COLUMNS) + ", records.premises"
TABLE = "risk_register.temporary_risks"
# What a change may change; what was raised stays as it was.
CHANGED = (
    *("source", "ends_on", "changed_by", "changed_at", "callsign", "seen_at", "state", "version"),
    *("expired_at", "ended_at", "because", "ended_reason"),
)
SAVE = text(f"""
    INSERT INTO {TABLE} AS kept ({NAMES})
    SELECT {NAMES} FROM jsonb_populate_recordset(NULL::{TABLE}, CAST(:rows AS jsonb)) ORDER BY risk_id
    ON CONFLICT (risk_id) DO UPDATE SET {replacing(CHANGED)}
""")
HOLD_OPEN = text(f"""
    SELECT {NAMES} FROM {TABLE} WHERE premises_id = ANY(:premises) AND ended_at IS NULL
    ORDER BY premises_id, ends_on, risk_id FOR UPDATE
""")
HOLD_EXPIRING = text(f"""
    SELECT {NAMES} FROM {TABLE} WHERE ended_at IS NULL AND state = 'IN_FORCE' AND ends_on < :today
    ORDER BY risk_id LIMIT :most FOR UPDATE SKIP LOCKED
""")
OF_PREMISES = text(f"""
    SELECT {NAMES} FROM {TABLE} WHERE premises_id = :premises_id AND ended_at IS NULL ORDER BY ends_on, risk_id
""")
FIND = text(f"""
    SELECT {PLACED} FROM {TABLE} AS kept JOIN risk_register.records USING (premises_id) WHERE risk_id = :risk_id
""")
HISTORY = text("""
    SELECT action, by, at, why, until FROM risk_register.temporary_changes WHERE risk_id = :risk_id ORDER BY number
""")
# What was done to it goes with it.
REMOVE = text(f"""
    WITH old AS (
        SELECT risk_id FROM {TABLE} WHERE ended_at < :before ORDER BY ended_at LIMIT :most FOR UPDATE SKIP LOCKED
    ), words AS (
        DELETE FROM risk_register.temporary_changes AS changes USING old WHERE changes.risk_id = old.risk_id
    )
    DELETE FROM {TABLE} AS kept USING old WHERE kept.risk_id = old.risk_id RETURNING kept.risk_id, kept.premises_id
""")
# How many there are comes with the page; a page after the last one is the last one.
LIST = text(f"""
    WITH counted AS (
        SELECT count(*) AS total, count(*) FILTER (WHERE ends_on < :today) AS past_their_end
        FROM {TABLE} WHERE ended_at IS NULL
    )
    SELECT counted.total, counted.past_their_end, listed.* FROM counted LEFT JOIN LATERAL (
        SELECT {PLACED} FROM {TABLE} AS kept JOIN risk_register.records USING (premises_id)
        WHERE ended_at IS NULL ORDER BY ends_on, risk_id LIMIT :size
        OFFSET least(:offset, greatest(counted.total - 1, 0) / :size * :size)
    ) AS listed ON true ORDER BY listed.ends_on, listed.risk_id
""")


@dataclass(frozen=True)
class Placed:
    """A temporary risk and the premises that it is at."""

    risk: TemporaryRisk
    premises: LocatedPremises


@dataclass(frozen=True)
class OpenRisks:
    """A page of the temporary risks that nobody has ended, the first to end first, and how many are past their end."""

    page: Page
    placed: tuple[Placed, ...]
    past_their_end: int


async def save_temporary(work: Work, risks: Sequence[TemporaryRisk]) -> None:
    """Keep temporary risks, new ones and changed ones."""
    if risks:
        await work.execute(SAVE, {"rows": as_rows(risks)})


async def hold_open(work: Work, premises_ids: Collection[str]) -> dict[str, tuple[TemporaryRisk, ...]]:
    """Return what is open at some premises, by premises; nobody else's until the transaction ends."""
    rows = [_risk(row) for row in await work.execute(HOLD_OPEN, {"premises": list(premises_ids)})]
    return {place: tuple(risks) for place, risks in groupby(rows, attrgetter("premises_id"))}


async def hold_expiring(work: Work, today: date, most: int) -> list[TemporaryRisk]:
    """Return what is past its last day and not marked yet; nobody else's until the transaction ends."""
    return [_risk(row) for row in await work.execute(HOLD_EXPIRING, {"today": today, "most": most})]


async def find_temporary(session: AsyncSession, risk_id: str) -> Placed | None:
    """Return a temporary risk, ended or not, with its premises; None if there is no such one."""
    row = (await session.execute(FIND, {"risk_id": risk_id})).one_or_none()
    return _placed(row) if row else None


async def list_open_at(session: AsyncSession, premises_id: str) -> list[TemporaryRisk]:
    """Return what is open at one premises, the first to end first."""
    return [_risk(row) for row in await session.execute(OF_PREMISES, {"premises_id": premises_id})]


async def list_open(session: AsyncSession, number: int, today: date) -> OpenRisks:
    """Return a page of all that is open, the first to end first, so that what is past its end comes first."""
    wanted = {"today": today, "size": PAGE_SIZE, "offset": (number - 1) * PAGE_SIZE}
    rows = (await session.execute(LIST, wanted)).all()
    placed = tuple(_placed(row) for row in rows if row.risk_id is not None)
    return OpenRisks(page_of(number, rows[0].total), placed, rows[0].past_their_end)


async def history_of(session: AsyncSession, risk_id: str) -> list[HistoryLine]:
    """Return what was ever done to a temporary risk, oldest first."""
    rows = await session.execute(HISTORY, {"risk_id": risk_id})
    return [HistoryLine(row.action, row.by, row.at, row.why, row.until) for row in rows]


def note_change(work: Work, altered: Altered) -> None:
    """Keep what was done to a temporary risk, and why, for as long as it is kept itself."""
    risk, why = altered.risk, altered.why
    change = KeptTemporaryChange(
        risk_id=risk.risk_id, action=altered.action, by=altered.by, at=work.now, why=why, until=risk.ends_on
    )
    work.add(change)


async def remove_ended(work: Work, before: datetime, most: int) -> list[tuple[str, str]]:
    """Remove what ended before a moment, with all that was noted of it; return each with its premises."""
    rows = await work.execute(REMOVE, {"before": before, "most": most})
    return [(row.risk_id, row.premises_id) for row in rows]


def _placed(row: Any) -> Placed:
    return Placed(_risk(row), LocatedPremises.model_validate(row.premises))


def _risk(row: Any) -> TemporaryRisk:
    values = {name: getattr(row, name) for name in COLUMNS}
    values["source"] = TemporarySource(row.source)
    values["state"] = TemporaryState(row.state)
    values["because"] = TemporaryEnd(row.because) if row.because else None
    return TemporaryRisk(**values)
