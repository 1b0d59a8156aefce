"""Where the faults are kept that responsible persons report: found by reference, listed for them and for Protection."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.premises import LocatedPremises
from schemas.vocabulary import SystemKind
from services.domain.fact_keys import plain
from services.risk_register.rules.faults import Fault
from services.risk_register.tables.faults import FaultKey
from services.shared.paging import PAGE_SIZE, Page, page_of
from services.shared.rows import inserting, keep, updating
from services.shared.secrets import Vault
from services.shared.transactions import Work

TABLE = "risk_register.faults"
KEYS = "fault/"
COLUMNS = tuple(each.name for each in fields(Fault))
NAMES = ", ".join(COLUMNS)
PLACED = ", ".join(f"kept.{name}" for name in COLUMNS) + ", records.premises"
SAVE = inserting(TABLE, "ON CONFLICT DO NOTHING RETURNING number", (*COLUMNS, "reference_key"))
CLOSE = updating(TABLE, ("repaired_at", "closed_at"), "number")
BY_REFERENCE = text(f"SELECT {NAMES} FROM {TABLE} WHERE account_key = :account AND reference_key = :reference")
# Whoever reports a repair waits for who is reporting it.
HOLD = text(f"SELECT {NAMES} FROM {TABLE} WHERE number = :number AND account_key = :account FOR UPDATE")
OF_RISK = text(f"SELECT {NAMES} FROM {TABLE} WHERE risk_id = :risk_id AND closed_at IS NULL AND number <> :number")
FIND = text(f"""
    SELECT {PLACED} FROM {TABLE} AS kept JOIN risk_register.records USING (premises_id) WHERE number = :number
""")
# Those that are open first; of an account only what is at premises that it still answers for.
OF_ACCOUNT = f"""
    {TABLE} AS kept JOIN risk_register.answering AS given
    ON given.account_key = kept.account_key AND given.premises_id = kept.premises_id AND given.ended_at IS NULL
    JOIN risk_register.records ON records.premises_id = kept.premises_id WHERE kept.account_key = :account
"""
ONE_OF_ACCOUNT = text(f"SELECT {PLACED} FROM {OF_ACCOUNT} AND number = :number")
LIST_OF_ACCOUNT = text(f"""
    WITH counted AS (SELECT count(*) AS total FROM {OF_ACCOUNT})
    SELECT counted.total, listed.* FROM counted LEFT JOIN LATERAL (
        SELECT {PLACED} FROM {OF_ACCOUNT} ORDER BY closed_at IS NOT NULL, received_at DESC, number LIMIT :size
        OFFSET least(:offset, greatest(counted.total - 1, 0) / :size * :size)
    ) AS listed ON true ORDER BY listed.closed_at IS NOT NULL, listed.received_at DESC, listed.number
""")
# Which faults a list shows: those open for over 24 hours, of them those whose repair is overdue, or the younger ones.
SHOWN = """CASE CAST(:show AS text)
    WHEN 'OVERDUE' THEN since < :before AND expected_on < :today
    WHEN 'RECENT' THEN since >= :before
    ELSE since < :before END"""
ORDERS = {
    "age": ("since, number", "listed.since, listed.number"),
    "premises": (
        "records.premises ->> 'name', kept.premises_id, since, number",
        "listed.premises ->> 'name', listed.premises_id, listed.since, listed.number",
    ),
}


def _listing(order: str) -> Any:
    inner, outer = ORDERS[order]
    return text(f"""
        WITH counted AS (
            SELECT count(*) FILTER (WHERE since < :before) AS reported,
                count(*) FILTER (WHERE since < :before AND expected_on < :today) AS overdue,
                count(*) FILTER (WHERE since >= :before) AS recent,
                count(*) FILTER (WHERE {SHOWN}) AS total
            FROM {TABLE} WHERE closed_at IS NULL
        )
        SELECT counted.*, listed.* FROM counted LEFT JOIN LATERAL (
            SELECT {PLACED} FROM {TABLE} AS kept JOIN risk_register.records USING (premises_id)
            WHERE closed_at IS NULL AND {SHOWN} ORDER BY {inner} LIMIT :size
            OFFSET least(:offset, greatest(counted.total - 1, 0) / :size * :size)
        ) AS listed ON true ORDER BY {outer}
    """)


LISTS = {order: _listing(order) for order in ORDERS}
REMOVE = text(f"""
    WITH old AS (
        SELECT number FROM {TABLE} WHERE closed_at < :before ORDER BY closed_at LIMIT :most FOR UPDATE SKIP LOCKED
    )
    DELETE FROM {TABLE} AS kept USING old WHERE kept.number = old.number
    RETURNING kept.number, kept.premises_id, kept.contact ->> 'key_id' AS key_id
""")


@dataclass(frozen=True)
class FaultRow:
    """A fault and the premises that it is at."""

    fault: Fault
    premises: LocatedPremises


@dataclass(frozen=True)
class FaultCounts:
    """How many open faults are over 24 hours old, of them past the day of their repair, and how many are younger."""

    reported: int
    overdue: int
    recent: int


@dataclass(frozen=True)
class Removed:
    """A fault that is kept no longer, where it was, and the key of its contact."""

    number: str
    premises_id: str
    key_id: str


def keep_keys_apart(vault: Vault) -> None:
    """Let the vault keep the keys of what comes with a fault where only the register looks."""
    vault.keep_apart(FaultKey, KEYS)


async def save_fault(work: Work, fault: Fault) -> bool:
    """Keep a new fault; return False if its account has used the reference meanwhile."""
    row = {**asdict(fault), "reference_key": plain(fault.reference)}
    return (await keep(work, SAVE, [row])).first() is not None


async def close_fault(work: Work, fault: Fault) -> None:
    """Keep that a fault is repaired."""
    await keep(work, CLOSE, [fault])


async def find_by_reference(session: AsyncSession, account_key: str, reference: str) -> Fault | None:
    """Return what an account has reported by a reference; None if nothing."""
    wanted = {"account": account_key, "reference": plain(reference)}
    row = (await session.execute(BY_REFERENCE, wanted)).one_or_none()
    return _fault(row) if row else None


async def hold_fault(work: Work, account_key: str, number: str) -> Fault | None:
    """Return a fault that an account reported, nobody else's until the transaction ends; None if it did not."""
    row = (await work.execute(HOLD, {"account": account_key, "number": number})).one_or_none()
    return _fault(row) if row else None


async def list_others_open(session: AsyncSession, fault: Fault) -> list[Fault]:
    """Return the other open faults for which the same temporary risk stands."""
    rows = await session.execute(OF_RISK, {"risk_id": fault.risk_id, "number": fault.number})
    return [_fault(row) for row in rows]


async def find_fault(session: AsyncSession, number: str) -> FaultRow | None:
    """Return any fault with its premises; None if there is no such one."""
    row = (await session.execute(FIND, {"number": number})).one_or_none()
    return _row(row) if row else None


async def find_own_fault(session: AsyncSession, account_key: str, number: str) -> FaultRow | None:
    """Return a fault that an account reported, at premises that it answers for; None otherwise."""
    row = (await session.execute(ONE_OF_ACCOUNT, {"account": account_key, "number": number})).one_or_none()
    return _row(row) if row else None


async def list_own_faults(session: AsyncSession, account_key: str, number: int) -> tuple[Page, Sequence[FaultRow]]:
    """Return a page of what an account reported, the open ones first, the newest first."""
    wanted = {"account": account_key, "size": PAGE_SIZE, "offset": (number - 1) * PAGE_SIZE}
    rows = (await session.execute(LIST_OF_ACCOUNT, wanted)).all()
    return page_of(number, rows[0].total), [_row(row) for row in rows if row.number is not None]


async def list_faults(
    session: AsyncSession, show: str, order: str, number: int, before: datetime, today: date
) -> tuple[Page, FaultCounts, Sequence[FaultRow]]:
    """Return a page of the open faults of one kind of list, the oldest first or by premises, and how many there are.

    `before` is the moment 24 hours ago.
    """
    wanted = {"show": show, "before": before, "today": today, "size": PAGE_SIZE, "offset": (number - 1) * PAGE_SIZE}
    rows = (await session.execute(LISTS[order], wanted)).all()
    counts = FaultCounts(rows[0].reported, rows[0].overdue, rows[0].recent)
    return page_of(number, rows[0].total), counts, [_row(row) for row in rows if row.number is not None]


async def remove_closed(work: Work, before: datetime, most: int) -> list[Removed]:
    """Remove the faults whose repair was reported before a moment."""
    rows = await work.execute(REMOVE, {"before": before, "most": most})
    return [Removed(row.number, row.premises_id, row.key_id) for row in rows]


def _fault(row: Any) -> Fault:
    values = {name: getattr(row, name) for name in COLUMNS}
    return Fault(**{**values, "kind": SystemKind(row.kind)})


def _row(row: Any) -> FaultRow:
    return FaultRow(_fault(row), LocatedPremises.model_validate(row.premises))
