"""Which visits the crews of a station are asked for, as the risk register has said."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.risk_register import VisitAsked, VisitAskEnded
from services.shared.rows import as_rows
from services.shared.transactions import Work

OF_AN_ASK = {"ask_id", "premises_id", "station", "due_on"}
SAVE_ASKED = text("""
    INSERT INTO visits.asks AS kept
    SELECT * FROM jsonb_populate_recordset(NULL::visits.asks, CAST(:rows AS jsonb)) ORDER BY ask_id
    ON CONFLICT (ask_id) DO UPDATE
    SET station = excluded.station, due_on = excluded.due_on, asked = excluded.asked
""")
SAVE_ASKS_ENDED = text("""
    INSERT INTO visits.asks AS kept
    SELECT * FROM jsonb_populate_recordset(NULL::visits.asks, CAST(:rows AS jsonb)) ORDER BY ask_id
    ON CONFLICT (ask_id) DO UPDATE SET ended_at = excluded.ended_at
""")
LIST_ASKED = text("""
    SELECT asked FROM visits.asks WHERE station = :station AND ended_at IS NULL ORDER BY due_on, ask_id LIMIT 200
""")


async def save_asked(work: Work, asked: Sequence[VisitAsked]) -> None:
    """Keep which visits crews are asked for; one that has ended already stays so."""
    rows = [{**each.model_dump(include=OF_AN_ASK), "asked": each} for each in asked]
    await work.execute(SAVE_ASKED, {"rows": as_rows(rows)})


async def save_asks_ended(work: Work, ended: Sequence[VisitAskEnded]) -> None:
    """Keep that visits are no longer asked for, whether or not it was heard before that they were."""
    rows = [{**each.model_dump(include={*OF_AN_ASK, "ended_at"}), "station": ""} for each in ended]
    await work.execute(SAVE_ASKS_ENDED, {"rows": as_rows(rows)})


async def list_asked(session: AsyncSession, station: str) -> list[VisitAsked]:
    """Return which visits a station is asked for, the first due first; at most 200."""
    found = await session.execute(LIST_ASKED, {"station": station.upper()})
    return [VisitAsked.model_validate(asked) for asked in found.scalars()]
