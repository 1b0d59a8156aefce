"""Keep who agreed to tell of the help they need: sealed, by building, each flat found again by a mark."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, text, update
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.sensitive import Sealed
from services.referrals.rules.needs import ConsentStands
from services.referrals.tables import ConsentedNeed

LONGEST_LIST = 1000
AS_TOLD = ("id", "visit_id", "premises_id", "unit_mark", "as_of", "remove_at")
HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(CAST(:names AS text[])) AS name")


@dataclass(frozen=True)
class KeptNeed:
    """What one visit told of one flat, as it is kept; `facts` are sealed, and None once they are gone."""

    id: UUID
    visit_id: str
    premises_id: str
    unit_mark: str
    state: ConsentStands
    as_of: datetime
    remove_at: datetime | None
    facts: Sealed | None


async def hold(session: AsyncSession, names: Collection[str]) -> None:
    """Wait until nobody else works on the needs of these visits or buildings, to the end of this transaction."""
    await session.execute(HOLD, {"names": [f"needs/{name}" for name in sorted(names)]})


async def homes_of(session: AsyncSession, visit_id: str) -> set[str]:
    """Return the buildings that a visit's needs are kept under; one, unless it is being placed anew."""
    wanted = select(ConsentedNeed.premises_id).where(ConsentedNeed.visit_id == visit_id).distinct()
    return set((await session.exec(wanted)).all())


async def forget_visit(session: AsyncSession, visit_id: str, premises_id: str) -> list[Sealed]:
    """Forget what a visit told, as it is being placed anew; return the sealed facts, whose keys are to go.

    Only that consent was withdrawn is kept, under the new building.
    """
    theirs = and_(col(ConsentedNeed.visit_id) == visit_id, col(ConsentedNeed.state) != ConsentStands.WITHDRAWN.value)
    gone = (await session.exec(delete(ConsentedNeed).where(theirs).returning(col(ConsentedNeed.facts)))).all()
    kept = update(ConsentedNeed).where(col(ConsentedNeed.visit_id) == visit_id)
    await session.execute(kept.values(premises_id=premises_id))
    return [Sealed.model_validate(facts) for (facts,) in gone if facts]


async def save_needs(session: AsyncSession, needs: Sequence[KeptNeed], at: datetime, by: str) -> None:
    """Keep what a visit told, flat by flat; what is kept of it already stays as it is."""
    rows = [
        {
            **{
                name: getattr(need, name)
                for name in ("id", "visit_id", "premises_id", "unit_mark", "as_of", "remove_at")
            },
            "state": need.state.value,
            "facts": need.facts.model_dump() if need.facts else None,
            "changed_at": at,
            "changed_by": by,
        }
        for need in needs
    ]
    if rows:
        await session.execute(insert(ConsentedNeed).values(rows).on_conflict_do_nothing())


async def marks_of(session: AsyncSession, visit_id: str) -> set[str]:
    """Return the marks of the flats that are kept of a visit."""
    return set((await session.exec(select(ConsentedNeed.unit_mark).where(ConsentedNeed.visit_id == visit_id))).all())


async def withdrawals(session: AsyncSession, premises_id: str) -> dict[str, datetime]:
    """Return when consent was last withdrawn in a building, by the mark of the flat."""
    given_up = and_(
        col(ConsentedNeed.premises_id) == premises_id, col(ConsentedNeed.state) == ConsentStands.WITHDRAWN.value
    )
    wanted = select(ConsentedNeed.unit_mark, func.max(ConsentedNeed.changed_at)).where(given_up)
    return dict((await session.execute(wanted.group_by(col(ConsentedNeed.unit_mark)))).all())


async def list_held(session: AsyncSession, premises_ids: Collection[str]) -> list[KeptNeed]:
    """Return what consent lets out in some buildings now: of each flat what was told last, if that was agreed."""
    newest = (
        select(ConsentedNeed)
        .where(col(ConsentedNeed.premises_id).in_(premises_ids))
        .ext(distinct_on(col(ConsentedNeed.premises_id), col(ConsentedNeed.unit_mark)))
        .order_by(
            col(ConsentedNeed.premises_id),
            col(ConsentedNeed.unit_mark),
            col(ConsentedNeed.as_of).desc(),
            col(ConsentedNeed.id).desc(),
        )
        .limit(LONGEST_LIST)
    )
    rows = (await session.exec(newest.execution_options(populate_existing=True))).all()
    return [_kept(row) for row in rows if row.state == ConsentStands.GIVEN.value]


async def withdraw_needs(
    session: AsyncSession, premises_id: str, marks: Collection[str], told_until: datetime, by: str
) -> list[Sealed]:
    """End the consent of some flats, as told until a moment; return the sealed facts, whose keys are to go."""
    theirs = and_(
        col(ConsentedNeed.premises_id) == premises_id,
        col(ConsentedNeed.unit_mark).in_(marks),
        col(ConsentedNeed.as_of) <= told_until,
    )
    return await _end(session, theirs, ConsentStands.WITHDRAWN, told_until, by)


async def lapse_needs(session: AsyncSession, ids: Collection[UUID], at: datetime, by: str) -> list[Sealed]:
    """Remove what has been kept for its time; return the sealed facts, whose keys are to go."""
    return await _end(session, col(ConsentedNeed.id).in_(ids), ConsentStands.LAPSED, at, by)


async def _end(
    session: AsyncSession, which: ColumnElement[bool], state: ConsentStands, at: datetime, by: str
) -> list[Sealed]:
    held = and_(which, col(ConsentedNeed.facts).is_not(None))
    found = (await session.exec(select(ConsentedNeed.facts).where(held).with_for_update())).all()
    ended = {"state": state.value, "facts": None, "remove_at": None, "changed_at": at, "changed_by": by}
    await session.execute(update(ConsentedNeed).where(held).values(ended))
    return [Sealed.model_validate(facts) for facts in found]


async def list_due(session: AsyncSession, now: datetime, limit: int = 200) -> list[KeptNeed]:
    """Return what must be removed because its time is up, longest due first."""
    due = and_(col(ConsentedNeed.state) == ConsentStands.GIVEN.value, col(ConsentedNeed.remove_at) <= now)
    wanted = select(ConsentedNeed).where(due).order_by(col(ConsentedNeed.remove_at)).limit(limit)
    return [_kept(row) for row in (await session.exec(wanted)).all()]


def _kept(row: ConsentedNeed) -> KeptNeed:
    return KeptNeed(
        id=row.id,
        visit_id=row.visit_id,
        premises_id=row.premises_id,
        unit_mark=row.unit_mark,
        state=ConsentStands(row.state),
        as_of=row.as_of,
        remove_at=row.remove_at,
        facts=Sealed.model_validate(row.facts) if row.facts else None,
    )
