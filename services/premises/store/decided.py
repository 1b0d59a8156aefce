"""What was decided lately and by whom: what people placed or returned, and what a learnt name has placed since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.shared.paging import Page

_DECIDED = """
    SELECT visit_id, written, state = 'located' AS is_placed, premises_id, note, version, visit IS NOT NULL AS is_kept,
        decided_by, decided_at
    FROM premises.decisions
"""
_BY_PEOPLE = "state <> 'needs-person' AND decided_by <> 'matcher' AND decided_at >= :since"
_LAST_PLACED = text(f"""
    {_DECIDED} WHERE state = 'located' AND decided_by = :person AND decided_at >= :since AND visit IS NOT NULL
    ORDER BY decided_at DESC, visit_id LIMIT 1
""")
_COUNT_BY_PEOPLE = text(f"SELECT count(*) FROM premises.decisions WHERE {_BY_PEOPLE}")
_LIST_BY_PEOPLE = text(f"""
    {_DECIDED} WHERE {_BY_PEOPLE} ORDER BY decided_at DESC, visit_id OFFSET :offset LIMIT :size
""")
# Letters and figures alone, so that writing a name another way does not hide it.
_PLACED_BY_NAME = text("""
    SELECT alias_id, total, visit_id, written, decided_at FROM (
        SELECT a.alias_id, d.visit_id, d.written, d.decided_at,
            count(*) OVER (PARTITION BY a.alias_id) AS total,
            row_number() OVER (PARTITION BY a.alias_id ORDER BY d.decided_at DESC, d.visit_id) AS place
        FROM premises.aliases a JOIN premises.decisions d ON d.premises_id = a.premises_id
        WHERE a.alias_id = ANY(:alias_ids) AND d.state = 'located' AND d.decided_by = 'matcher'
            AND d.decided_at >= a.learnt_at AND d.decided_at <= coalesce(a.undone_at, d.decided_at)
            AND position(regexp_replace(lower(a.name), '[^[:alnum:]]', '', 'g')
                IN regexp_replace(lower(d.written), '[^[:alnum:]]', '', 'g')) > 0
    ) AS placed WHERE place <= greatest(:named, 1) ORDER BY alias_id, place
""")


@dataclass(frozen=True, slots=True)
class DecidedVisit:
    """A visit that was decided: whether it was placed, on which premises, and whether its copy is still kept."""

    visit_id: str
    written: str
    is_placed: bool
    premises_id: str | None
    note: str
    version: int
    is_kept: bool
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class PlacedVisit:
    """A visit that the matcher placed, as it was written."""

    visit_id: str
    written: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class PlacedByName:
    """The visits that the matcher placed while a learnt name was known: how many, and the newest of them."""

    total: int = 0
    newest: tuple[PlacedVisit, ...] = ()


async def find_last_placed_by(session: AsyncSession, person: str, since: datetime) -> DecidedVisit | None:
    """Return the visit that a person placed last since a moment and that can still be put back, or None."""
    row = (await session.execute(_LAST_PLACED, {"person": person, "since": since})).one_or_none()
    return DecidedVisit(*row) if row else None


async def count_decided_by_people(session: AsyncSession, since: datetime) -> int:
    """Return how many visits people have decided since a moment."""
    return int((await session.execute(_COUNT_BY_PEOPLE, {"since": since})).scalar_one())


async def list_decided_by_people(session: AsyncSession, since: datetime, page: Page) -> list[DecidedVisit]:
    """Return a page of what people decided since a moment, newest first."""
    asked = {"since": since, "offset": page.offset, "size": page.size}
    return [DecidedVisit(*row) for row in await session.execute(_LIST_BY_PEOPLE, asked)]


async def list_placed_by_names(
    session: AsyncSession, alias_ids: Sequence[UUID], named: int
) -> dict[UUID, PlacedByName]:
    """Return for each learnt name the visits written with it that the matcher placed while it was known."""
    found = {alias_id: PlacedByName() for alias_id in alias_ids}
    for row in (await session.execute(_PLACED_BY_NAME, {"alias_ids": list(alias_ids), "named": named})).all():
        visit = PlacedVisit(row.visit_id, row.written, row.decided_at)
        found[row.alias_id] = PlacedByName(row.total, (*found[row.alias_id].newest, visit))
    return found
