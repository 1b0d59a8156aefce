"""Whether violence markers stand, and which records have one whose day of review has passed."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import text

from services.risk_register.rules.markers import MarkerDecision
from services.shared.rows import as_rows
from services.shared.transactions import Work

SAVE = text("""
    INSERT INTO risk_register.marker_decisions AS kept (visit_id, stands, decided_at)
    SELECT DISTINCT ON (visit_id) visit_id, stands, decided_at
    FROM jsonb_populate_recordset(NULL::risk_register.marker_decisions, CAST(:rows AS jsonb))
    ORDER BY visit_id, decided_at DESC
    ON CONFLICT (visit_id) DO UPDATE SET stands = excluded.stands, decided_at = excluded.decided_at
    WHERE kept.decided_at <= excluded.decided_at
""")
# A crew that sends its visit again does not have the marker decided anew: the decision on what it amends counts.
FIND = text("""
    SELECT DISTINCT ON (about) about, stands, decided_at
    FROM (
        SELECT visit_id AS about, stands, decided_at FROM risk_register.marker_decisions
        WHERE visit_id = ANY(:visits)
        UNION ALL
        SELECT items.visit_id, kept.stands, kept.decided_at
        FROM risk_register.review_items AS items JOIN risk_register.marker_decisions AS kept
            ON kept.visit_id = items.amends
        WHERE items.visit_id = ANY(:visits)
    ) AS found
    ORDER BY about, decided_at DESC
""")
ENDED = text("""
    SELECT premises_id FROM risk_register.records JOIN risk_register.versions USING (premises_id, version)
    WHERE facts->'hazards' @> '[{"code": "VIOLENCE"}]' AND EXISTS (
        SELECT FROM jsonb_array_elements(facts->'hazards') AS hazard
        WHERE hazard->>'code' = 'VIOLENCE'
            AND coalesce(CAST(hazard->>'review_on' AS date), CAST(at + interval '12 months' AS date)) < :today
    )
    ORDER BY premises_id LIMIT :most
""")
MOST_AT_ONCE = 100


async def save_decisions(work: Work, decisions: Sequence[MarkerDecision]) -> None:
    """Keep how markers were decided last."""
    await work.execute(SAVE, {"rows": as_rows([vars(one) for one in decisions])})


async def find_decisions(work: Work, visits: Collection[str]) -> dict[str, MarkerDecision]:
    """Return how the markers of some visits were decided, by the visit that saw them."""
    if not visits:
        return {}
    rows = await work.execute(FIND, {"visits": list(visits)})
    return {row.about: MarkerDecision(row.about, row.stands, row.decided_at) for row in rows}


async def list_places_with_ended(work: Work, today: date) -> list[str]:
    """Return the premises whose record has a marker that should have been reviewed before today."""
    return list((await work.execute(ENDED, {"today": today, "most": MOST_AT_ONCE})).scalars())
