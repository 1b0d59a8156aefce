"""By which visits the lines of plans are done, and which are not because a visit was put back."""

from collections.abc import Collection, Sequence

from sqlalchemy import text

from services.risk_register.rules.plans import Line
from services.shared.rows import keep, rows_of
from services.shared.transactions import Work

SAVE_VISITED = text(f"""
    UPDATE risk_register.plan_lines AS line SET visit_id = now.visit_id, visited_at = now.visited_at
    FROM {rows_of("risk_register.plan_lines")} AS now
    WHERE (line.station, line.month, line.premises_id) = (now.station, now.month, now.premises_id)
""")
# A visit that was put back from there is not one to these premises: they are to be asked for again.
REOPEN = text("""
    UPDATE risk_register.plan_lines AS line SET visit_id = NULL, visited_at = NULL, ask_id = NULL
    WHERE visit_id = ANY(:visits) AND NOT EXISTS (
        SELECT FROM risk_register.review_items AS item WHERE item.visit_id = line.visit_id
        AND item.premises_id = line.premises_id AND state <> 'WITHDRAWN'
    )
""")


async def save_visited(work: Work, lines: Sequence[Line]) -> None:
    """Keep by which visits lines of any plans were done."""
    await keep(work, SAVE_VISITED, lines)


async def reopen_lines(work: Work, visit_ids: Collection[str]) -> None:
    """Keep that visits which were put back from some premises are not made there any more."""
    if visit_ids:
        await work.execute(REOPEN, {"visits": sorted(visit_ids)})
