"""The published visits that are checked for quality: drawn, listed, scored, and counted by station and month."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.premises import LocatedPremises
from services.risk_register.rules.news import REGISTER
from services.risk_register.rules.quality import QualityCheck, QualityState
from services.risk_register.rules.quality_results import Tally
from services.shared.history import list_history
from services.shared.paging import PAGE_SIZE, Page, page_of
from services.shared.rows import inserting, keep, updating
from services.shared.transactions import Work

TABLE = "risk_register.quality_checks"
COLUMNS = tuple(each.name for each in fields(QualityCheck))
NAMES = ", ".join(f"kept.{name}" for name in COLUMNS)
LISTS = ("authors", "crew", "reviewers")
DRAW = inserting(TABLE, columns=COLUMNS)
SAVE = updating(TABLE, COLUMNS, "visit_id")
HOLD = text(f"SELECT {NAMES} FROM {TABLE} AS kept WHERE visit_id = :visit_id FOR UPDATE")
FIND = text(f"""
    SELECT {NAMES}, records.premises FROM {TABLE} AS kept JOIN risk_register.records USING (premises_id)
    WHERE visit_id = :visit_id
""")
# What waits: the longest first; what is scored: the newest first. A page after the last one is the last one.
LIST = """
    WITH counted AS (
        SELECT count(*) FILTER (WHERE state = 'WAITING') AS waiting, count(*) FILTER (WHERE state = 'SCORED') AS scored,
            count(*) FILTER (WHERE state = '{state}') AS total
        FROM {table}
    )
    SELECT counted.*, listed.* FROM counted LEFT JOIN LATERAL (
        SELECT {names}, records.premises FROM {table} AS kept JOIN risk_register.records USING (premises_id)
        WHERE state = '{state}' ORDER BY published_at {order}, visit_id LIMIT :size
        OFFSET least(:offset, greatest(counted.total - 1, 0) / :size * :size)
    ) AS listed ON true ORDER BY listed.published_at {order}, listed.visit_id
"""
LISTS_OF = {
    state: text(LIST.format(state=state.value, table=TABLE, names=NAMES, order=order))
    for state, order in ((QualityState.WAITING, "ASC"), (QualityState.SCORED, "DESC"))
}
TALLY = text(f"""
    SELECT station, date_trunc('month', published_at AT TIME ZONE 'Europe/London')::date AS month, count(*) AS checks,
        sum(points_right) AS points_right, sum(points_asked) AS points_asked,
        count(*) FILTER (WHERE at_random) AS random_checks,
        coalesce(sum(points_right) FILTER (WHERE at_random), 0) AS random_right,
        coalesce(sum(points_asked) FILTER (WHERE at_random), 0) AS random_asked
    FROM {TABLE}
    WHERE state = 'SCORED' AND published_at >= CAST(:since AS timestamp) AT TIME ZONE 'Europe/London' GROUP BY 1, 2
""")


@dataclass(frozen=True)
class PlacedCheck:
    """A check and the premises that the visit was to."""

    check: QualityCheck
    premises: LocatedPremises


@dataclass(frozen=True)
class CheckPage:
    """A page of the checks in one state, and how many wait and are scored in all."""

    page: Page
    placed: tuple[PlacedCheck, ...]
    waiting: int
    scored: int


async def save_drawn(work: Work, checks: Sequence[QualityCheck]) -> None:
    """Keep visits that were drawn."""
    await keep(work, DRAW, checks)


async def save_check(work: Work, check: QualityCheck) -> None:
    """Keep a check that was scored or reopened; it is held."""
    await keep(work, SAVE, [check])


async def hold_check(work: Work, visit_id: str) -> QualityCheck | None:
    """Return a check, nobody else's until the transaction ends; None if the visit was not drawn."""
    row = (await work.execute(HOLD, {"visit_id": visit_id})).one_or_none()
    return _check(row) if row else None


async def find_check(session: AsyncSession, visit_id: str) -> PlacedCheck | None:
    """Return a check with its premises, None if the visit was not drawn."""
    row = (await session.execute(FIND, {"visit_id": visit_id})).one_or_none()
    return _placed(row) if row else None


async def list_checks(session: AsyncSession, state: QualityState, number: int) -> CheckPage:
    """Return a page of the checks in one state."""
    wanted = {"size": PAGE_SIZE, "offset": (number - 1) * PAGE_SIZE}
    rows = (await session.execute(LISTS_OF[state], wanted)).all()
    placed = tuple(_placed(row) for row in rows if row.visit_id is not None)
    return CheckPage(page_of(number, rows[0].total), placed, rows[0].waiting, rows[0].scored)


async def tally_checks(session: AsyncSession, since: date) -> list[Tally]:
    """Return what was scored of the visits published from a day on, by station and month."""
    rows = await session.execute(TALLY, {"since": since})
    return [Tally(**row._mapping) for row in rows]


async def history_of_check(session: AsyncSession, visit_id: str) -> list[dict[str, Any]]:
    """Return what was done to a check, oldest first: what, when, by whom, why."""
    entries = await list_history(session, REGISTER, f"quality/{visit_id}")
    return [
        {"action": each.action, "at": each.at, "by": each.details.get("by") or "", "why": each.details.get("why", "")}
        for each in entries
    ]


def _placed(row: Any) -> PlacedCheck:
    return PlacedCheck(_check(row), LocatedPremises.model_validate(row.premises))


def _check(row: Any) -> QualityCheck:
    values = {name: getattr(row, name) for name in COLUMNS}
    values["state"] = QualityState(row.state)
    return QualityCheck(**{**values, **{name: tuple(values[name]) for name in LISTS}})
