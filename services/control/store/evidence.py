"""What control was shown, held against what was said to be shown."""

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.risk_register import RiskRecord
from services.shared.evidence import MOST_NAMED, Broken

# A revision is shown only if none newer was; that it was is said. What is on the screen now is the newest of them.
DIFFERENT = text("""
    SELECT premises_id, revision, kept.record, told.record AS told, CASE
            WHEN kept.premises_id IS NULL THEN 'it was shown, and is no longer kept'
            WHEN said.premises_id IS NULL THEN 'it is kept, and was never shown'
            WHEN kept.because_of_visit IS DISTINCT FROM said.because_of_visit
                THEN 'it was shown because of another visit'
        END AS what
    FROM control.shown_history AS kept
    FULL JOIN (
        SELECT payload->>'premises_id' AS premises_id, CAST(payload->>'revision' AS integer) AS revision,
            min(payload->>'because_of_visit') AS because_of_visit
        FROM platform.event_log WHERE topic = 'control.shown' AND only_for IS NULL GROUP BY 1, 2
    ) AS said USING (premises_id, revision)
    LEFT JOIN (
        SELECT DISTINCT ON (1, 2) payload->>'premises_id' AS premises_id,
            CAST(payload->'record'->>'revision' AS integer) AS revision, payload->'record' AS record
        FROM platform.event_log WHERE topic = 'risk-register.updated' AND only_for IS NULL ORDER BY 1, 2, position
    ) AS told USING (premises_id, revision)
    WHERE kept.premises_id IS NULL OR said.premises_id IS NULL OR kept.record IS DISTINCT FROM told.record
        OR kept.because_of_visit IS DISTINCT FROM said.because_of_visit
    ORDER BY 1, 2
""")
ON_SCREEN = text("""
    SELECT shown.premises_id, shown.revision FROM control.shown
    LEFT JOIN control.shown_history AS kept USING (premises_id, revision)
    WHERE shown.record IS DISTINCT FROM kept.record OR shown.shown_at IS DISTINCT FROM kept.shown_at OR EXISTS (
        SELECT FROM control.shown_history AS newer
        WHERE newer.premises_id = shown.premises_id AND newer.revision > shown.revision
    )
    ORDER BY 1
""")


async def compare_with_log(session: AsyncSession) -> list[Broken]:
    """Return the revisions that are not kept as they were told, and the screens that do not show the newest."""
    broken = []
    for row in await session.execute(DIFFERENT):
        what = row.what or _differs(row.record, row.told)
        if what:
            broken.append(Broken("control.shown_history", row.revision, f"premises {row.premises_id}", what))
    for row in await session.execute(ON_SCREEN):
        words = "what is on the screen is not the newest that is kept"
        broken.append(Broken("control.shown", row.revision, f"premises {row.premises_id}", words))
    return broken[:MOST_NAMED]


def _differs(kept: object, said: object) -> str | None:
    """Say in words that a record is another; a younger version of ours may have kept more fields, all of them empty."""
    if said is not None and RiskRecord.model_validate(kept) == RiskRecord.model_validate(said):
        return None
    return "it is not the record that the register told"
