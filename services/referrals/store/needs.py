"""Keep who agreed to tell of the help they need: sealed, by building, each flat found again by a mark."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.sensitive import Sealed
from services.referrals.rules.needs import ConsentStands
from services.referrals.rules.needs_kept import Kept, KeptNeed
from services.referrals.rules.records import Whereabouts
from services.referrals.store.visits import LOCATED, WRITTEN
from services.shared.rows import inserting, keep, replacing, rows_of
from services.shared.transactions import Work

COLUMNS = (
    "id, visit_id, premises_id, unit_mark, state, as_of, remove_at, changed_at, changed_by, facts, review_due_on, "
    "review_noted_at"
)
HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(CAST(:names AS text[])) AS name")
REPORTS = text(f"""
    SELECT visit_id, id, facts, {", ".join((*WRITTEN, *LOCATED))}
    FROM referrals.visits LEFT JOIN safeguarding.people USING (visit_id) WHERE visit_id = ANY(:visit_ids)
""")
HOMES = text("SELECT DISTINCT premises_id FROM safeguarding.needs WHERE visit_id = ANY(:visit_ids)")
KEPT = text(f"SELECT {COLUMNS} FROM safeguarding.needs WHERE premises_id = ANY(:homes) ORDER BY id")
DUE = text("""
    SELECT id, premises_id FROM safeguarding.needs WHERE state = 'GIVEN' AND remove_at <= :now
    ORDER BY remove_at LIMIT :limit
""")
TO_REVIEW = text("""
    UPDATE safeguarding.needs SET review_noted_at = :now WHERE id IN (
        SELECT id FROM safeguarding.needs WHERE state = 'GIVEN' AND review_noted_at IS NULL AND review_due_on <= :until
        ORDER BY review_due_on LIMIT :limit FOR UPDATE SKIP LOCKED
    ) RETURNING id
""")
REMOVE = text(f"""
    DELETE FROM safeguarding.needs
    WHERE (visit_id, unit_mark) IN (SELECT visit_id, unit_mark FROM {rows_of("safeguarding.needs")})
""")
SAVE = inserting(
    "safeguarding.needs",
    f"ON CONFLICT (visit_id, unit_mark) DO UPDATE SET {replacing(COLUMNS.split(', '))}",
)
# What the list of buildings is read from: of each flat what was reported last, if that was agreed.
RECKON = text("""
    WITH newest AS (
        SELECT DISTINCT ON (premises_id, unit_mark) premises_id, state, review_due_on FROM safeguarding.needs
        WHERE premises_id = ANY(:homes) AND state <> 'REPLACED'
        ORDER BY premises_id, unit_mark, as_of DESC, id DESC
    ), held AS (
        SELECT premises_id, count(*) AS flats, min(review_due_on) AS review_due_on
        FROM newest WHERE state = 'GIVEN' GROUP BY premises_id
    ), emptied AS (
        DELETE FROM safeguarding.buildings
        WHERE premises_id = ANY(:homes) AND premises_id NOT IN (SELECT premises_id FROM held)
    )
    INSERT INTO safeguarding.buildings AS kept (premises_id, flats, review_due_on)
    SELECT premises_id, flats, review_due_on FROM held ORDER BY premises_id
    ON CONFLICT (premises_id) DO UPDATE SET flats = excluded.flats, review_due_on = excluded.review_due_on
""")


@dataclass(frozen=True)
class Report:
    """What is known of a visit: where it was, and, sealed, what it reported about people, if anything."""

    where: Whereabouts
    facts_id: UUID | None
    facts: Sealed | None


async def hold(work: Work, names: Collection[str]) -> None:
    """Wait until nobody else works on the needs of these visits or buildings, to the end of this transaction."""
    await work.execute(HOLD, {"names": [f"needs/{name}" for name in sorted(names)]})


async def list_reports(session: AsyncSession, visit_ids: Sequence[str]) -> dict[str, Report]:
    """Return what is known of some visits."""
    return {row.visit_id: _report(row) for row in await session.execute(REPORTS, {"visit_ids": visit_ids})}


def _report(row: Any) -> Report:
    where = Whereabouts(**{name: getattr(row, name) for name in (*WRITTEN, *LOCATED)})
    return Report(where, row.id, Sealed.model_validate(row.facts) if row.facts else None)


async def homes_of(session: AsyncSession, visit_ids: Sequence[str]) -> set[str]:
    """Return the buildings that the needs of visits are kept under; of each one, unless it is being placed anew."""
    return set((await session.execute(HOMES, {"visit_ids": visit_ids})).scalars())


async def list_kept(session: AsyncSession, homes: Collection[str]) -> Kept:
    """Return all that is kept of some buildings."""
    found = [_kept(row) for row in await session.execute(KEPT, {"homes": sorted(homes)})]
    return {(need.visit_id, need.unit_mark): need for need in found}


async def save_kept(work: Work, before: Kept, after: Kept) -> None:
    """Keep what has become of what was kept."""
    gone = [{"visit_id": visit_id, "unit_mark": mark} for visit_id, mark in before.keys() - after.keys()]
    await keep(work, REMOVE, gone)
    changed = [need for key, need in after.items() if before.get(key) != need]
    await keep(work, SAVE, changed)
    homes = {need.premises_id for need in changed} | {before[key].premises_id for key in before.keys() - after.keys()}
    homes |= {before[key].premises_id for key in before.keys() & after.keys() if before[key] != after[key]}
    if homes:
        await work.execute(RECKON, {"homes": sorted(homes)})


async def list_due(session: AsyncSession, now: datetime, limit: int = 200) -> dict[UUID, str]:
    """Return what must be removed because its time is up, and in which building each is; longest due first."""
    due = await session.execute(DUE, {"now": now, "limit": limit})
    return {row.id: row.premises_id for row in due}


async def note_reviews(work: Work, until: date, limit: int = 200) -> list[UUID]:
    """Note once of each flat that its people must be asked again by a day; return of which, longest due first."""
    found = await work.execute(TO_REVIEW, {"now": work.now, "until": until, "limit": limit})
    return list(found.scalars())


def _kept(row: Any) -> KeptNeed:
    facts = Sealed.model_validate(row.facts) if row.facts else None
    return KeptNeed(**{**row._mapping, "state": ConsentStands(row.state), "facts": facts})
