"""The table of rules for what ought to have a record, each version of it kept, and who is changing it now."""

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.risk_register.rules.gap_rules import FIRST, GapRule, GapRules
from services.risk_register.tables.oversight import KeptGapRules
from services.shared.rows import inserting, keep
from services.shared.transactions import Work

LOCK = "hashtextextended('risk_register.gap_rules', 0)"
HOLD = text(f"SELECT pg_advisory_xact_lock({LOCK})")
SHARE = text(f"SELECT pg_advisory_xact_lock_shared({LOCK})")
SAVE = inserting("risk_register.gap_rules")
MOST_VERSIONS = 50


async def list_rules(session: AsyncSession, most: int = MOST_VERSIONS) -> list[GapRules]:
    """Return the tables of rules that were adopted, the present one first, the one that came with the system last."""
    rows = await session.exec(select(KeptGapRules).order_by(col(KeptGapRules.version).desc()).limit(most))
    found = [_rules(row) for row in rows]
    return found if len(found) == most else [*found, FIRST]


async def find_rules(session: AsyncSession) -> GapRules:
    """Return the present table of rules."""
    return (await list_rules(session, 1))[0]


async def share_rules(work: Work) -> GapRules:
    """Return the present rules, which nobody changes until the transaction ends."""
    await work.execute(SHARE)
    return await find_rules(work)


async def hold_rules(work: Work) -> GapRules:
    """Return the present rules to change them: whoever goes by them waits until the transaction ends."""
    await work.execute(HOLD)
    return await find_rules(work)


async def save_rules(work: Work, rules: GapRules) -> None:
    """Keep a table of rules that was adopted."""
    await keep(work, SAVE, [rules])


def _rules(row: KeptGapRules) -> GapRules:
    rules = tuple(GapRule(**{**each, "classes": tuple(each["classes"])}) for each in row.rules)
    return GapRules(row.version, rules, row.adopted_by, row.adopted_at, row.reason)
