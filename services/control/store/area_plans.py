"""Plans for wide-area events, and those whose area a place lies in."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.control.rules.area_plans import AreaPlan, PlanKind
from services.shared.rows import inserting, keep, replacing
from services.shared.transactions import Work

OF_PLAN = ("kind", "document", "owner", "partners", "review_due_on", "area_mark")
NAMES = ", ".join(("source", "reference", *OF_PLAN))
HELD = text(f"SELECT {NAMES} FROM control.area_plans WHERE source = :source")
SAVE = inserting(
    "control.area_plans", f"ORDER BY reference ON CONFLICT (source, reference) DO UPDATE SET {replacing(OF_PLAN)}"
)
REMOVE = text("DELETE FROM control.area_plans WHERE source = :source AND reference = ANY(CAST(:references AS text[]))")
FORGET_RINGS = text(
    "DELETE FROM control.area_rings WHERE source = :source AND reference = ANY(CAST(:references AS text[]))"
)
SAVE_RINGS = inserting("control.area_rings", columns=("source", "reference", "ring"))
MAY_KNOW = "NOT (kind = ANY(CAST(:withheld AS text[])))"
# Within an outer ring and none of its holes a place is in an odd number of rings.
AT = text(f"""
    SELECT {NAMES} FROM control.area_plans JOIN (
        SELECT source, reference FROM control.area_rings
        WHERE box(ring) @> box(point(:easting, :northing), point(:easting, :northing))
            AND ring @> point(:easting, :northing)
        GROUP BY source, reference HAVING count(*) % 2 = 1
    ) AS around USING (source, reference)
    WHERE {MAY_KNOW} ORDER BY kind, review_due_on, source, reference LIMIT :limit
""")
LIST = text(f"""
    SELECT {NAMES} FROM control.area_plans WHERE {MAY_KNOW}
    ORDER BY review_due_on, reference, source LIMIT :limit OFFSET :offset
""")
COUNT = text(f"SELECT count(*) FROM control.area_plans WHERE {MAY_KNOW}")


async def list_held_plans(work: Work, source: str) -> dict[str, AreaPlan]:
    """Return every plan that is held of a source, by its reference."""
    return {row.reference: _read(row) for row in (await work.execute(HELD, {"source": source})).all()}


async def save_plans(work: Work, plans: Sequence[AreaPlan], rings: Mapping[str, Sequence[str]]) -> None:
    """Keep plans as they are now, all of one source, each with the rings of its area."""
    if not plans:
        return
    await keep(work, SAVE, plans)
    values = {"source": plans[0].source, "references": [each.reference for each in plans]}
    await work.execute(FORGET_RINGS, values)
    rows = [
        {"source": each.source, "reference": each.reference, "ring": ring}
        for each in plans
        for ring in rings[each.reference]
    ]
    await keep(work, SAVE_RINGS, rows)


async def remove_plans(work: Work, source: str, references: Collection[str]) -> None:
    """Take plans of a source away, with their areas."""
    if references:
        values = {"source": source, "references": list(references)}
        await work.execute(REMOVE, values)
        await work.execute(FORGET_RINGS, values)


async def plans_at(
    session: AsyncSession, at: tuple[float, float], withheld: Collection[PlanKind], limit: int
) -> list[AreaPlan]:
    """Return the plans whose area a point on EPSG:27700 lies in, without the kinds that are withheld."""
    values = {"easting": at[0], "northing": at[1], "withheld": list(withheld), "limit": limit}
    return [_read(row) for row in (await session.execute(AT, values)).all()]


async def count_plans(session: AsyncSession, withheld: Collection[PlanKind]) -> int:
    """Return how many plans there are without the kinds that are withheld."""
    return int((await session.execute(COUNT, {"withheld": list(withheld)})).scalar_one())


async def list_plans(session: AsyncSession, withheld: Collection[PlanKind], limit: int, offset: int) -> list[AreaPlan]:
    """Return the plans without the kinds that are withheld, the first to be reviewed first."""
    values = {"withheld": list(withheld), "limit": limit, "offset": offset}
    return [_read(row) for row in (await session.execute(LIST, values)).all()]


def _read(row: Any) -> AreaPlan:
    known = {name: getattr(row, name) for name in ("source", "reference", *OF_PLAN)}
    return AreaPlan(**known | {"kind": PlanKind(row.kind), "partners": tuple(row.partners)})
