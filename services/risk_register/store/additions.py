"""Safety-critical additions that nobody has reviewed yet, and what became of each."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.risk_register import UnverifiedAddition
from services.domain.safety_critical import Addition, unverified_until
from services.risk_register.rules.showing import Resolution
from services.risk_register.store.queue import ReviewItem, list_replaced_by, visit_of
from services.risk_register.tables import KeptAddition as KeptAddition
from services.shared.identifiers import new_id

EXPIRY_LOCK = 0x52524558  # one process at a time looks for what has expired


async def list_unresolved(session: AsyncSession, premises_id: str) -> Sequence[KeptAddition]:
    """Return what is shown as unverified at a premises, oldest first."""
    wanted = select(KeptAddition).where(
        KeptAddition.premises_id == premises_id, col(KeptAddition.resolved_at).is_(None)
    )
    return (await session.exec(wanted.order_by(col(KeptAddition.reported_at), col(KeptAddition.id)))).all()


async def list_of_visit(session: AsyncSession, visit_id: str) -> Sequence[KeptAddition]:
    """Return every addition of one visit, resolved or not."""
    wanted = select(KeptAddition).where(KeptAddition.visit_id == visit_id)
    return (await session.exec(wanted.order_by(col(KeptAddition.shown_at), col(KeptAddition.id)))).all()


async def list_unresolved_with(session: AsyncSession, item: ReviewItem) -> Sequence[KeptAddition]:
    """Return what is unverified of a visit, and of the returned visits that it took the place of."""
    visits = {item.visit_id, *(other.visit_id for other in await list_replaced_by(session, item.visit_id))}
    return [kept for kept in await list_unresolved(session, item.premises_id) if kept.visit_id in visits]


def save_addition(session: AsyncSession, item: ReviewItem, addition: Addition, at: datetime) -> None:
    """Keep an addition to be shown from now, for its 72 hours."""
    visit = visit_of(item)
    session.add(
        KeptAddition(
            id=new_id(at),
            premises_id=item.premises_id,
            visit_id=item.visit_id,
            kind=addition.kind,
            summary=addition.summary,
            fact=addition.fact,
            callsign=visit.callsign,
            reported_at=visit.submitted_at,
            shown_at=at,
            expires_at=unverified_until(at),
        )
    )


def resolve(session: AsyncSession, kept: KeptAddition, why: Resolution, person: str, at: datetime) -> None:
    """Take an addition from what is shown as unverified, with why and by whom; the row stays."""
    kept.resolution, kept.resolved_by, kept.resolved_at = why, person, at
    session.add(kept)


async def move_additions(session: AsyncSession, visit_id: str, into: str, person: str, at: datetime) -> None:
    """Let another visit stand for what a merged one reported; callsign and time stay those of who reported it."""
    wanted = select(KeptAddition).where(
        col(KeptAddition.visit_id).in_((visit_id, into)), col(KeptAddition.resolved_at).is_(None)
    )
    rows = (await session.exec(wanted)).all()
    theirs = {(kept.kind, kept.summary) for kept in rows if kept.visit_id == into}
    for kept in rows:
        if kept.visit_id == into:
            continue
        if (kept.kind, kept.summary) in theirs:
            resolve(session, kept, Resolution.OVERTAKEN, person, at)
        else:
            kept.visit_id = into
            session.add(kept)
    await session.flush()


async def mark_expired(session: AsyncSession, at: datetime) -> list[tuple[str, str]]:
    """Mark what has been unverified for 72 hours; return visit and summary of each, none while another process looks.

    What has expired stays among what is shown: it waits for somebody to confirm it.
    """
    leads = await session.execute(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": EXPIRY_LOCK})
    if not leads.scalar_one():
        return []
    marked = await session.execute(
        update(KeptAddition)
        .where(
            col(KeptAddition.resolved_at).is_(None),
            col(KeptAddition.expired_at).is_(None),
            col(KeptAddition.expires_at) <= at,
        )
        .values(expired_at=at)
        .returning(col(KeptAddition.visit_id), col(KeptAddition.summary))
    )
    return [(visit_id, summary) for visit_id, summary in marked.all()]


def as_shown(kept: KeptAddition) -> UnverifiedAddition:
    """Return an addition as everybody is shown it."""
    return UnverifiedAddition(
        visit_id=kept.visit_id,
        kind=kept.kind,
        summary=kept.summary,
        fact=kept.fact,
        reported_at=kept.reported_at,
        callsign=kept.callsign,
        expires_at=kept.expires_at,
    )
