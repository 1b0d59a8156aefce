"""Who answers for which premises: given, ended, and listed with the premises."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.premises import LocatedPremises
from services.risk_register.rules.answering import Answering
from services.shared.paging import PAGE_SIZE, Page, page_of
from services.shared.rows import inserting, keep, replacing
from services.shared.transactions import Work

TABLE = "risk_register.answering"
COLUMNS = tuple(each.name for each in fields(Answering))
PLACED = ", ".join(f"kept.{name}" for name in COLUMNS) + ", records.premises"
ENDING = ("ended_by", "ended_at", "ended_reason")
SAVE = inserting(TABLE, f"ON CONFLICT (answering_id) DO UPDATE SET {replacing(ENDING)}", (*COLUMNS, "account_key"))
# Whoever gives an account something waits for who is giving it something, so that it is given once.
HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended('risk_register.answering', 0))")
OF_ACCOUNT = text(f"""
    SELECT {PLACED} FROM {TABLE} AS kept JOIN risk_register.records USING (premises_id)
    WHERE account_key = :key AND ended_at IS NULL ORDER BY records.premises ->> 'name', premises_id
""")
FIND = text(f"""
    SELECT {PLACED} FROM {TABLE} AS kept JOIN risk_register.records USING (premises_id) WHERE answering_id = :id
""")
# A page after the last one is the last one.
LIST = text(f"""
    WITH counted AS (SELECT count(*) AS total FROM {TABLE})
    SELECT counted.total, listed.* FROM counted LEFT JOIN LATERAL (
        SELECT {PLACED} FROM {TABLE} AS kept JOIN risk_register.records USING (premises_id)
        ORDER BY ended_at IS NOT NULL, account_key, given_at, answering_id LIMIT :size
        OFFSET least(:offset, greatest(counted.total - 1, 0) / :size * :size)
    ) AS listed ON true ORDER BY listed.ended_at IS NOT NULL, listed.account, listed.given_at, listed.answering_id
""")


@dataclass(frozen=True)
class AnsweringRow:
    """That an account answers for a premises, and which premises that is."""

    answering: Answering
    premises: LocatedPremises


async def hold_answering(work: Work) -> None:
    """Let nobody else give or end that an account answers for a premises until the transaction ends."""
    await work.execute(HOLD)


async def save_answering(work: Work, answering: Answering) -> None:
    """Keep that an account answers for a premises, or does so no more."""
    await keep(work, SAVE, [{**asdict(answering), "account_key": answering.account_key}])


async def list_answering_of(session: AsyncSession, account_key: str) -> list[AnsweringRow]:
    """Return the premises that an account answers for now, by name."""
    return [_row(row) for row in await session.execute(OF_ACCOUNT, {"key": account_key})]


async def find_answering(session: AsyncSession, answering_id: str) -> AnsweringRow | None:
    """Return one, ended or not; None if there is no such one."""
    row = (await session.execute(FIND, {"id": answering_id})).one_or_none()
    return _row(row) if row else None


async def list_answering(session: AsyncSession, number: int) -> tuple[Page, Sequence[AnsweringRow]]:
    """Return a page of who answers for what, by account; what has ended comes last."""
    rows = (await session.execute(LIST, {"size": PAGE_SIZE, "offset": (number - 1) * PAGE_SIZE})).all()
    return page_of(number, rows[0].total), [_row(row) for row in rows if row.answering_id is not None]


def _row(row: Any) -> AnsweringRow:
    answering = Answering(**{name: getattr(row, name) for name in COLUMNS})
    return AnsweringRow(answering, LocatedPremises.model_validate(row.premises))
