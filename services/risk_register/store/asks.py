"""Where it is kept which visits crews are asked for."""

from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.premises import LocatedPremises
from schemas.vocabulary import AskEnd, Watch
from services.risk_register.rules.asks import Ask
from services.shared.rows import as_rows
from services.shared.transactions import Work

COLUMNS = tuple(each.name for each in fields(Ask))
NAMES = ", ".join(COLUMNS)
MOST_LISTED = 200
ENDED = ("ended_at", "because", "ended_reason", "ended_by", "visit_id")
SAVE = text(f"""
    INSERT INTO risk_register.asks AS kept ({NAMES})
    SELECT {NAMES} FROM jsonb_populate_recordset(NULL::risk_register.asks, CAST(:rows AS jsonb)) ORDER BY ask_id
    ON CONFLICT (ask_id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in ENDED)}
""")
HOLD = text(f"SELECT {NAMES} FROM risk_register.asks WHERE ask_id = :ask_id FOR UPDATE")
HOLD_OPEN = text(f"""
    SELECT {NAMES} FROM risk_register.asks WHERE premises_id = ANY(:premises) AND ended_at IS NULL
    ORDER BY ask_id FOR UPDATE
""")
LIST = text(f"""
    SELECT {NAMES}, count(*) OVER () AS total FROM risk_register.asks
    WHERE ended_at IS NULL AND (CAST(:premises_id AS text) IS NULL OR premises_id = :premises_id)
    ORDER BY due_on, ask_id LIMIT :most
""")
# What a person withdrew is not asked for again because of the same date, nor what one took out of a plan.
DUE = text("""
    SELECT records.premises, dates.review_due_on
    FROM risk_register.records JOIN risk_register.review_dates AS dates USING (premises_id)
    WHERE dates.review_due_on <= :by AND records.premises #>> '{place,station_ground}' <> '' AND NOT EXISTS (
        SELECT FROM risk_register.asks WHERE asks.premises_id = records.premises_id
        AND (asks.ended_at IS NULL OR (asks.asked_by IS NULL AND asks.due_on = dates.review_due_on))
    ) AND NOT EXISTS (
        SELECT FROM risk_register.plan_lines AS line WHERE line.premises_id = records.premises_id
        AND NOT is_in AND is_adjusted
        AND COALESCE(put_off_until > :today, month >= date_trunc('month', CAST(:today AS date)))
    )
    ORDER BY dates.review_due_on, premises_id LIMIT :most FOR UPDATE OF records SKIP LOCKED
""")


async def save_asks(work: Work, asks: Sequence[Ask]) -> None:
    """Keep what is asked for, and how it ended."""
    if asks:
        await work.execute(SAVE, {"rows": as_rows(asks)})


async def hold_ask(work: Work, ask_id: str) -> Ask | None:
    """Return what was asked for, nobody else's until the transaction ends; None if there is no such thing."""
    row = (await work.execute(HOLD, {"ask_id": ask_id})).one_or_none()
    return _ask(row) if row else None


async def hold_open_asks(work: Work, premises_ids: Collection[str]) -> list[Ask]:
    """Return what is asked for at some premises, nobody else's until the transaction ends."""
    rows = await work.execute(HOLD_OPEN, {"premises": list(premises_ids)})
    return [_ask(row) for row in rows]


async def list_asks(session: AsyncSession, premises_id: str | None = None) -> tuple[list[Ask], int]:
    """Return what is asked for, at one premises or at all, the first due first, and how many there are."""
    rows = (await session.execute(LIST, {"premises_id": premises_id, "most": MOST_LISTED})).all()
    return [_ask(row) for row in rows], rows[0].total if rows else 0


async def list_reviews_due(work: Work, by: date, today: date, most: int) -> list[tuple[LocatedPremises, date]]:
    """Return premises whose review is due by a day and of which no visit is asked for, the first due first."""
    rows = await work.execute(DUE, {"by": by, "today": today, "most": most})
    return [(LocatedPremises.model_validate(row.premises), row.review_due_on) for row in rows]


def _ask(row: Any) -> Ask:
    values = {name: getattr(row, name) for name in COLUMNS}
    values["premises"] = LocatedPremises.model_validate(row.premises)
    values["watch"] = Watch(row.watch) if row.watch else None
    values["questions"] = tuple(row.questions)
    values["because"] = AskEnd(row.because) if row.because else None
    return Ask(**values)
