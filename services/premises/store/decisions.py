"""What was decided about the address of each visit, and which still need a person."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import func, literal, text, tuple_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.premises.tables import Decision, LearntName
from services.shared.errors import Conflict, NotFound
from services.shared.paging import Page

__all__ = ["CaseState", "Decision", "LearntName"]


class CaseState(StrEnum):
    """Where the address of a visit stands."""

    LOCATED = "located"
    NEEDS_PERSON = "needs-person"
    RETURNED = "returned"


async def find_decision(session: AsyncSession, visit_id: str) -> Decision | None:
    """Return what was decided about a visit, or None."""
    return await session.get(Decision, visit_id)


async def hold_decision(session: AsyncSession, visit_id: str) -> Decision | None:
    """Return what was decided about a visit, held for this transaction, or None."""
    return await session.get(Decision, visit_id, with_for_update=True)


async def save_decision(session: AsyncSession, decision: Decision) -> None:
    """Keep a decision."""
    session.add(decision)


async def get_open_case(session: AsyncSession, visit_id: str, version: int) -> Decision:
    """Return the case of a visit, held for this transaction; raises if it is gone, decided or has moved on."""
    wanted = select(Decision).where(Decision.visit_id == visit_id).with_for_update()
    found = (await session.exec(wanted)).first()
    if found is None:
        raise NotFound("there is no such visit here")
    if found.state != CaseState.NEEDS_PERSON:
        raise Conflict("somebody has already decided about this visit: open the list again")
    if found.version != version:
        raise Conflict("this visit has been looked at anew since you opened it: open it again")
    return found


async def get_decided_case(session: AsyncSession, visit_id: str, version: int) -> Decision:
    """Return the case of a visit that was decided, held for this transaction; raises if it has moved on."""
    found = await hold_decision(session, visit_id)
    if found is None:
        raise NotFound("there is no such visit here")
    if found.version != version:
        raise Conflict("somebody has changed this since you opened the page: open the list again")
    return found


async def find_last_placed_by(session: AsyncSession, person: str, since: datetime) -> Decision | None:
    """Return the visit that a person placed last since a moment and that can still be put back, or None."""
    wanted = (
        select(Decision)
        .where(
            Decision.state == CaseState.LOCATED,
            Decision.decided_by == person,
            Decision.decided_at >= since,
            col(Decision.visit).is_not(None),
        )
        .order_by(col(Decision.decided_at).desc(), col(Decision.visit_id))
    )
    return (await session.exec(wanted.limit(1))).first()


def _first_things_first() -> tuple[Any, ...]:
    """Return the order of the desk: what cannot wait, then what came first."""
    return col(Decision.gravity).desc(), col(Decision.received_at), col(Decision.visit_id)


async def list_open_cases(session: AsyncSession, page: Page) -> Sequence[Decision]:
    """Return a page of the visits that need a person: what cannot wait first, then the oldest."""
    wanted = select(Decision).where(Decision.state == CaseState.NEEDS_PERSON).order_by(*_first_things_first())
    return (await session.exec(wanted.offset(page.offset).limit(page.size))).all()


async def list_open_ids(session: AsyncSession) -> Sequence[str]:
    """Return the ids of all visits that need a person, in the order of the desk."""
    wanted = select(Decision.visit_id).where(Decision.state == CaseState.NEEDS_PERSON)
    return (await session.exec(wanted.order_by(*_first_things_first()))).all()


async def hold_open_cases(session: AsyncSession, visit_ids: Sequence[str]) -> Sequence[Decision]:
    """Return those of these visits that still need a person, held for this transaction, in the order of the desk."""
    wanted = select(Decision).where(Decision.state == CaseState.NEEDS_PERSON, col(Decision.visit_id).in_(visit_ids))
    return (await session.exec(wanted.order_by(*_first_things_first()).with_for_update())).all()


async def find_next_open(session: AsyncSession, after: Decision | None, but_for: Collection[str]) -> str | None:
    """Return the visit that comes next behind another one in the order of the desk, or else the first of all."""
    wanted = select(Decision.visit_id).where(
        Decision.state == CaseState.NEEDS_PERSON, col(Decision.visit_id).not_in(but_for)
    )
    if after is not None:
        behind = tuple_(-col(Decision.gravity), col(Decision.received_at), col(Decision.visit_id)) > tuple_(
            literal(-after.gravity), literal(after.received_at), literal(after.visit_id)
        )
        wanted = wanted.where(Decision.visit_id != after.visit_id).order_by(behind.desc())
    return (await session.exec(wanted.order_by(*_first_things_first()).limit(1))).first()


async def count_open_cases(session: AsyncSession) -> int:
    """Return how many visits need a person."""
    wanted = select(func.count()).select_from(Decision).where(Decision.state == CaseState.NEEDS_PERSON)
    return (await session.exec(wanted)).one()


def _by_people(since: datetime) -> tuple[Any, ...]:
    return (
        col(Decision.state) != CaseState.NEEDS_PERSON,
        col(Decision.decided_by) != MATCHER,
        col(Decision.decided_at) >= since,
    )


async def count_decided_by_people(session: AsyncSession, since: datetime) -> int:
    """Return how many visits people have decided since a moment."""
    return (await session.exec(select(func.count()).select_from(Decision).where(*_by_people(since)))).one()


async def list_decided_by_people(session: AsyncSession, since: datetime, page: Page) -> Sequence[Decision]:
    """Return a page of what people decided since a moment, newest first."""
    wanted = select(Decision).where(*_by_people(since))
    ordered = wanted.order_by(col(Decision.decided_at).desc(), col(Decision.visit_id))
    return (await session.exec(ordered.offset(page.offset).limit(page.size))).all()


@dataclass(frozen=True)
class PlacedVisit:
    """A visit that the matcher placed, as it was written."""

    visit_id: str
    written: str
    decided_at: datetime


@dataclass(frozen=True)
class PlacedByName:
    """The visits that the matcher placed while a learnt name was known: how many, and the newest of them."""

    total: int = 0
    newest: tuple[PlacedVisit, ...] = ()


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


async def list_placed_by_names(
    session: AsyncSession, alias_ids: Sequence[UUID], named: int
) -> dict[UUID, PlacedByName]:
    """Return for each learnt name the visits written with it that the matcher placed while it was known."""
    found = {alias_id: PlacedByName() for alias_id in alias_ids}
    for row in (await session.execute(_PLACED_BY_NAME, {"alias_ids": list(alias_ids), "named": named})).all():
        visit = PlacedVisit(row.visit_id, row.written, row.decided_at)
        found[row.alias_id] = PlacedByName(row.total, (*found[row.alias_id].newest, visit))
    return found


MATCHER = "matcher"
